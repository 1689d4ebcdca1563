import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { MeasureContext } from '../../../../src/analysis/measures/measure';
import { measure } from '../../../../src/analysis/measures/registry';
import { measureContext } from '../../../../src/jobs/analyze/measures';
import type { Problem } from '../../../../src/jobs/preparation/problem';
import { openProblem } from '../../../../src/jobs/preparation/open-problem';
import type { Point } from '../../../../src/objective/evaluation/objective';
import type { Measure } from '../../../../src/contract/report';
import { analyzeRequestSchema } from '../../../../src/contract/settings';
import type { MeasureId } from '../../../../src/contract/measures';
import { corpus } from '../../../support/corpus';
import { assertClose } from '../operators';
import { withStudent } from '../../../../src/analysis/student';

/** The error with the point held fixed, or over draws without Student's factor: what other programs have. */
const fixedError = ({ standardError, settings }: Measure): number =>
  typeof settings['heldFixed'] === 'number'
    ? settings['heldFixed']
    : settings['error'] === 'over draws'
      ? standardError! / withStudent({ standardError: 1 }, settings['draws'] as number).standardError
      : standardError!;

interface Figure {
  readonly value?: number;
  readonly standardError?: number;
  readonly sigma?: number;
  readonly quotient?: number;
  readonly iterations?: number;
}

interface Reference {
  readonly checkpoint: string;
  readonly rows: number;
  readonly seed: number;
  readonly loss: number;
  readonly measures: Readonly<Record<string, Figure>>;
}

const { networks } = JSON.parse(readFileSync(corpus('measures/measures.json'), 'utf8')) as {
  networks: readonly Reference[];
};
const signal = new AbortController().signal;

const open = ({ checkpoint, rows, seed }: Reference) =>
  openProblem(
    analyzeRequestSchema.parse({
      checkpoint: corpus('keras', checkpoint),
      data: corpus('data/digits.npz'),
      samples: `first:${rows}`,
      backend: 'reference',
      seed,
    }),
    signal,
  );

const contextAt = (problem: Problem, point: Point): Promise<MeasureContext> =>
  measureContext(problem, point, {
    seed: 1,
    spectrum: { largest: [], smallest: [] },
    spectrumOf: 'hessian',
    signal,
    onProgress: () => undefined,
  });

async function measured(
  problem: Problem,
  ids: readonly MeasureId[],
  point = problem.objective.origin,
): Promise<ReadonlyMap<string, Measure>> {
  const found = new Map<string, Measure>();
  const notes = await measure(await contextAt(problem, point), ids, (each) => found.set(each.id, each));
  assert.deepEqual(notes, []);
  return found;
}

/** Those that do not depend on a spectrum. */
const POINTWISE: readonly MeasureId[] = [
  'keskar-1e-3',
  'keskar-5e-4',
  'keskar-subspace-1e-3',
  'keskar-subspace-5e-4',
  'sam-sharpness',
  'adaptive-sharpness',
  'adaptive-worst-case',
  'average-sharpness',
  'average-sharpness-scaled',
  'pac-bayes',
  'pac-bayes-scaled',
  'critical-sharpness',
];
const OTHERS: readonly MeasureId[] = ['relative-flatness', 'weight-scaled-trace', 'fisher-rao'];

describe('measures of mlp-digits in float64', () => {
  let problems: Problem[];
  let found: ReadonlyMap<string, Measure>[];
  before(async () => {
    problems = await Promise.all(networks.map(open));
    found = [];
    for (const problem of problems) found.push(await measured(problem, [...POINTWISE, ...OTHERS]));
  });
  after(() => problems.forEach(({ objective }) => objective.dispose()));

  for (const [i, { checkpoint, measures }] of networks.entries())
    for (const [id, expected] of Object.entries(measures))
      test(`${checkpoint}: ${id} as PyTorch and SciPy have it`, () => {
        const { value, settings } = found[i].get(id)!;
        const tolerance = id === 'critical-sharpness' ? 2e-4 : 1e-6;
        if (expected.value !== undefined) assertClose(value, expected.value, tolerance, id);
        if (expected.standardError !== undefined)
          assertClose(fixedError(found[i].get(id)!), expected.standardError, 1e-6, 'its error');
        if (expected.iterations !== undefined) assert.equal(settings.iterations, expected.iterations);
        if (expected.sigma !== undefined) {
          assertClose(settings.sigma as number, expected.sigma, 1e-12, 'sigma');
          assertClose(value, expected.sigma ** -2, 1e-12, id);
        }
        if (expected.quotient !== undefined)
          assertClose(settings.quotient as number, expected.quotient, 1e-7, 'g.Hg/|g|^2');
      });

  test('the worst case is no lower than one step of it', () => {
    for (const measures of found)
      assert.ok(measures.get('adaptive-worst-case')!.value >= measures.get('adaptive-sharpness')!.value);
  });

  /** The relative distance of a measure between two places of the same function. */
  const apart = (id: string, a: ReadonlyMap<string, Measure>, b: ReadonlyMap<string, Measure>) =>
    Math.abs(b.get(id)!.value / a.get(id)!.value - 1);

  test('layers rescaled: invariant measures stay, the others move', () => {
    const [plain, rescaled] = found;
    for (const { id, invariant } of plain.values()) {
      const distance = apart(id, plain, rescaled);
      // Whole layers are scaled here, which relative flatness bears too.
      if (invariant || id === 'relative-flatness') assert.ok(distance < 1e-5, `${id} moved by ${distance}`);
      else assert.ok(distance > 0.01, `${id} stayed within ${distance}`);
    }
  });

  test('single neurons rescaled: invariant measures stay, the others move', async () => {
    const [problem] = problems;
    const { blocks } = problem.objective.parameters;
    const origin = problem.objective.origin;
    const theta = origin.theta.slice();
    const [kernel, bias, next] = blocks;
    const units = bias.length;
    const factor = (unit: number) => 4 ** ((unit % 5) / 2 - 1);
    for (let i = 0; i < kernel.length; i++) theta[kernel.offset + i] *= factor(i % units);
    for (let i = 0; i < units; i++) theta[bias.offset + i] *= factor(i);
    const classes = next.length / units;
    for (let i = 0; i < next.length; i++) theta[next.offset + i] /= factor(Math.floor(i / classes));
    const here = await measured(problem, [...POINTWISE, ...OTHERS], { ...origin, theta });
    for (const { id, invariant } of found[0].values()) {
      const distance = apart(id, found[0], here);
      if (invariant) assert.ok(distance < 1e-5, `${id} moved by ${distance}`);
      else assert.ok(distance > 0.01, `${id} stayed within ${distance}`);
    }
  });
});
