import assert from 'node:assert/strict';
import { copyFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import type { AnalyzeRequest } from '../../../src/contract/settings';
import type { Report } from '../../../src/contract/report';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { estimate } from '../../../src/jobs/estimate/estimate';
import { leftProblem } from '../../../src/jobs/preparation/left-problem';
import { endWarmLanes } from '../../../src/lanes/open';
import { figuresSoFar } from '../../../src/wording/figures-so-far';
import { Objective } from '../../../src/objective/evaluation/objective';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const checkpoint = join(temporaryFolder(), 'own.keras');
copyFileSync(corpus('keras/mlp-digits.keras'), checkpoint);

const requestOf = (more: Partial<AnalyzeRequest> = {}): AnalyzeRequest =>
  quickRequest(checkpoint, corpus('data/digits.npz'), { samples: 600, ...more });

/** How many problems were opened while something was done: the objectives over the rows asked for. */
async function opened(work: () => Promise<unknown>): Promise<number> {
  const create = mock.method(Objective, 'create');
  try {
    await work();
    return create.mock.calls.filter(
      ({ arguments: [{ backend, chunkRows }] }) => backend === 'auto' && !chunkRows,
    ).length;
  } finally {
    create.mock.restore();
  }
}

async function compiled(work: () => Promise<unknown>): Promise<number> {
  const compile = mock.method(OnnxRuntimeBackend.prototype, 'compile');
  try {
    await work();
    return compile.mock.callCount();
  } finally {
    compile.mock.restore();
  }
}

const analysis = (request: AnalyzeRequest) => analyze(request, recordingContext<Report>());
const estimation = (request: AnalyzeRequest) => estimate(request, recordingContext<Report>());
const figuresOf = ({ loss, gradientNorm, spectrum, cost: { hvps, gradients } }: Report) => ({
  ...{ loss, gradientNorm, spectrum, hvps, gradients },
});

test('what an estimate opens serves the run, whose figures are the same', async () => {
  leftProblem.release();
  const alone = await analysis(requestOf());
  let after: Report | undefined;
  const count = await opened(async () => {
    await estimation(requestOf({ budgetSeconds: 120 }));
    assert.ok(leftProblem.isThere);
    after = await analysis(requestOf({ budgetSeconds: 120 }));
  });
  assert.equal(count, 1);
  assert.ok(!leftProblem.isThere);
  assert.deepEqual(figuresOf(after!), figuresOf(alone));
});

test('an estimate shows the loss of the run before it times anything', async () => {
  const context = recordingContext<Report>();
  await estimate(requestOf(), context);
  const { loss } = await analysis(requestOf());
  assert.deepEqual(
    context.partials.map((partial) => partial.loss),
    [{ train: loss?.train }],
  );
});

test('figures come in the order in which they are waited for, the largest eigenvalue from below', async () => {
  const context = recordingContext<Report>();
  const { spectrum, loss, checks } = await analyze(requestOf(), context);
  const { partials } = context;
  const firstWith = (has: (partial: Report) => unknown) => partials.findIndex((partial) => has(partial));
  const order = [
    firstWith((partial) => partial.loss),
    firstWith((partial) => partial.gradientNorm),
    firstWith((partial) => partial.spectrum.highestRitz !== undefined),
    firstWith((partial) => partial.spectrum.largest.length > 0),
    firstWith((partial) => partial.loss?.test),
    firstWith((partial) => partial.checks.length > 0),
  ];
  assert.ok(order[0] >= 0 && order.every((place, i) => i === 0 || place > order[i - 1]), order.join());
  const bounds = partials
    .filter((partial) => partial.spectrum.largest.length === 0)
    .flatMap((partial) => partial.spectrum.highestRitz ?? []);
  assert.ok(bounds.length > 2);
  bounds.forEach((bound, i) => assert.ok(i === 0 || bound >= bounds[i - 1] * (1 - 1e-6), bounds.join()));
  assert.ok(bounds.at(-1)! <= spectrum.largest[0].value * (1 + 1e-6));
  assert.equal(spectrum.highestRitz, undefined);
  assert.ok(loss?.test && checks.length > 5);
});

test('what is known so far is said in few words', () => {
  const found = (value: number) => ({ value, residual: 0, errorBound: 0, converged: true });
  const train = { loss: { value: 0.03125, standardError: null }, rows: 4 };
  const so = (largest: number[], highestRitz?: number) =>
    figuresSoFar({
      loss: { train },
      spectrum: { largest: largest.map(found), smallest: [], ...(highestRitz ? { highestRitz } : {}) },
    });
  assert.equal(so([]), 'loss 0.0313');
  assert.equal(so([], 2.314), 'loss 0.0313, λ₁ at least 2.31');
  assert.equal(so([2.89197], 2.8), 'loss 0.0313, λ₁ 2.89');
});

test('what was left is given up for another request, and where a file has changed', async () => {
  assert.equal(await opened(() => estimation(requestOf())), 1);
  assert.equal(await opened(() => analysis(requestOf({ samples: 500 }))), 1);
  assert.ok(!leftProblem.isThere);

  await estimation(requestOf());
  utimesSync(checkpoint, 1, 1);
  assert.equal(await opened(() => analysis(requestOf())), 1);
  assert.ok(!leftProblem.isThere);
});

test('a run that is tried again with little memory takes nothing that was left', async () => {
  await estimation(requestOf());
  const frugal = { ...recordingContext<Report>(), frugal: true };
  assert.equal(await opened(() => analyze(requestOf(), frugal)), 1);
  assert.ok(!leftProblem.isThere);
});

test('a cancelled estimate leaves nothing', async () => {
  const stop = new AbortController();
  const context = { ...recordingContext<Report>(), signal: stop.signal, partial: () => stop.abort() };
  await assert.rejects(estimate(requestOf(), context), { name: 'CancelledError' });
  assert.ok(!leftProblem.isThere);
});

test('another file of the same architecture needs nothing compiled', async () => {
  endWarmLanes();
  assert.ok((await compiled(() => analysis(requestOf()))) > 0);
  const other = { ...requestOf(), checkpoint: corpus('keras/mlp-digits-rescaled.keras') };
  let warm: Report | undefined;
  assert.equal(await compiled(async () => (warm = await analysis(other))), 0);
  endWarmLanes();
  const cold = await analysis(other);
  assert.deepEqual(figuresOf(warm!), figuresOf(cold));
});
