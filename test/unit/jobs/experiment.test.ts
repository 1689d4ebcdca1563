import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { experiment } from '../../../src/jobs/experiment/experiment';
import { KeptStore } from '../../../src/settings/kept-store';
import { lineBetween } from '../../../src/jobs/experiment/interpolations';
import { hash } from '../../../src/jobs/describe/hash';
import { CancelledError, UserError } from '../../../src/core/errors';
import {
  type ExperimentFile,
  type ExperimentReport,
  experimentFileSchema,
  experimentReportSchema,
} from '../../../src/contract/experiment';
import { historySchema } from '../../../src/contract/history';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const anExperiment = (more: Record<string, unknown> = {}): ExperimentFile =>
  experimentFileSchema.parse({
    title: 'Rates',
    question: 'Does the rate matter?',
    run: {
      data: 'data/moons.npz',
      model: { kind: 'mlp', hidden: [6], activation: 'tanh' },
      batchSize: 50,
      epochs: 2,
      checkpoints: { every: 100 },
    },
    vary: [
      {
        key: 'optimizer.learningRate',
        label: 'rate',
        values: [
          { label: 'low', value: 0.05 },
          { label: 'high', value: 1 },
        ],
      },
    ],
    measure: {
      settings: { trace: false },
      attacks: { radii: [0.1], steps: 2 },
      interpolate: [{ from: { rate: 'low' }, to: { rate: 'high' } }],
    },
    claims: [
      {
        kind: 'greater',
        figure: 'test-accuracy',
        left: { rate: 'high' },
        right: { rate: 'low' },
        sentence: 'Two epochs at a high rate learn more.',
      },
    ],
    ...more,
  });

/** As if its file lay in the corpus, into a folder of its own. */
const requestOf = (file: ExperimentFile, out = temporaryFolder()) => ({ file, path: corpus('e.json'), out });
const contextOf = (signal?: AbortSignal) => recordingContext<ExperimentReport>(signal);

/** When each file of a run was last written. */
const timesIn = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => [name, statSync(join(folder, name)).mtimeMs]);

test('runs are trained, measured, attacked, joined by lines, compared and judged', async () => {
  const request = requestOf(anExperiment());
  const context = contextOf();
  const report = await experiment(request, context);
  assert.deepEqual(experimentReportSchema.parse(report), report);
  assert.equal(report.status, 'complete');
  assert.equal(report.runs.length, 6);
  assert.ok(report.runs.every(({ status }) => status === 'done'));
  for (const { figures } of report.runs)
    for (const id of ['lambda-max', 'test-accuracy', 'distance', 'fgsm-accuracy@0.1', 'pgd-accuracy@0.1'])
      assert.ok(Number.isFinite(figures[id]?.value), id);
  assert.deepEqual(
    report.groups.map(({ label, seeds }) => [label, seeds]),
    [
      ['low', 3],
      ['high', 3],
    ],
  );
  assert.equal(report.verdicts[0].seeds, 3);
  assert.ok(report.verdicts[0].estimate! > 0 && report.verdicts[0].p! > 0);
  assert.match(report.notes.join('\n'), /All runs share one set of training rows and one of test rows/);
  assert.deepEqual(
    report.lines.map(({ seed, slice }) => [seed, slice.coordinates.length]),
    [
      [1, 25],
      [2, 25],
      [3, 25],
    ],
  );
  // The line passes through the ends at 0 and 1.
  const [{ slice }] = report.lines;
  const low = report.runs.find(({ labels, seed }) => labels['rate'] === 'low' && seed === 1)!;
  const at0 = slice.loss.test[slice.coordinates.findIndex((t) => Math.abs(t) < 1e-9)];
  assert.ok(Math.abs(at0 - low.figures['test-loss'].value) < 1e-6);
  assert.equal(report.comparison?.reports.length, 6);
  assert.equal(report.comparison?.members[0].hyperparameters['rate'], 0.05);
  assert.deepEqual(JSON.parse(readFileSync(join(request.out, 'report.json'), 'utf8')), report);

  const { partials, progresses } = context;
  assert.ok(partials.slice(0, -1).every(({ status }) => status === 'running'));
  const onTheWay = partials.filter(({ status }) => status === 'running').flatMap(({ verdicts }) => verdicts);
  assert.ok(
    onTheWay.every(({ verdict, estimate, p }) => verdict === 'undecided' && estimate === null && p === null),
  );
  assert.match(onTheWay[0].reason, /^Nothing is judged before all runs are in/);
  progresses.forEach(({ fraction }, i) => assert.ok(fraction >= (progresses[i - 1]?.fraction ?? 0)));

  // Again: nothing is trained or measured a second time, and the figures are the same.
  const before = readdirSync(request.out, { recursive: true }).length;
  const times = timesIn(join(request.out, 'low_seed-2'));
  const again = await experiment(request, contextOf());
  assert.deepEqual(timesIn(join(request.out, 'low_seed-2')), times);
  assert.equal(readdirSync(request.out, { recursive: true }).length, before);
  assert.deepEqual(again.runs, report.runs);
  assert.deepEqual(again.verdicts, report.verdicts);
});

test('a cancelled experiment keeps what it has and goes on from there', async () => {
  const file = anExperiment({ measure: { settings: { trace: false } } });
  const request = requestOf(file);
  const controller = new AbortController();
  const context = {
    ...contextOf(controller.signal),
    partial: ({ runs }: ExperimentReport) => {
      if (runs.filter(({ status }) => status === 'done').length === 3) controller.abort();
    },
  };
  await assert.rejects(experiment(request, context), CancelledError);
  const kept = experimentReportSchema.parse(
    JSON.parse(readFileSync(join(request.out, 'report.json'), 'utf8')),
  );
  assert.equal(kept.status, 'cancelled');
  assert.match(kept.verdicts[0].reason, /^Nothing is judged, since the experiment was stopped/);
  assert.equal(kept.runs.filter(({ status }) => status === 'done').length, 3);
  const report = await experiment(request, contextOf());
  assert.equal(report.status, 'complete');
  const finished = (runs: ExperimentReport['runs']) => runs.filter((_, i) => kept.runs[i].status === 'done');
  assert.deepEqual(finished(report.runs), finished(kept.runs));
});

test('seeds and statements that came after the first start are said', async () => {
  const lean = { measure: { settings: { trace: false } } };
  const first = anExperiment({ ...lean, seeds: [1] });
  const request = requestOf(first);
  const before = await experiment(request, contextOf());
  assert.doesNotMatch(before.notes.join(), /first run/);
  const [statement] = first.claims;
  const later = anExperiment({ ...lean, seeds: [1, 2, 3], claims: [{ ...statement, figure: 'test-loss' }] });
  const { notes } = await experiment({ ...request, file: later }, contextOf());
  assert.match(notes.join('\n'), /^Seeds 2, 3 were added after the experiment was first run: /m);
  assert.match(notes.join('\n'), /^1 of the 1 statements came after the experiment was first run\.$/m);
});

test('a run that diverges is a fact and no part of a mean', async () => {
  const values = [
    { label: 'low', value: 0.05 },
    { label: 'absurd', value: 1e30 },
  ];
  const file = anExperiment({
    vary: [{ key: 'optimizer.learningRate', label: 'rate', values }],
    run: { ...anExperiment().run, loss: 'mean-squared-error', model: { kind: 'mlp', hidden: [6] } },
    measure: { settings: { trace: false } },
    seeds: [1],
    claims: [],
  });
  const report = await experiment(requestOf(file), contextOf());
  assert.deepEqual(
    report.runs.map(({ status }) => status),
    ['done', 'diverged'],
  );
  assert.match(report.notes[0], /^1 of 1 runs of "absurd" diverged \(seed 1\)/);
  assert.match(report.runs[1].note ?? '', /smaller learning rate/);
});

test('ends are measured on the rows that their runs trained on, with the labels of the data or the noisy ones', async () => {
  const regularization = { labelNoise: 0.2 };
  const run = { ...anExperiment().run, samples: 120, validation: 0.25, regularization };
  const measure = { settings: { trace: false }, checkpoints: 'all' };
  const request = requestOf(anExperiment({ run, measure, seeds: [1, 2], claims: [] }));
  const { comparison } = await experiment(request, contextOf());
  for (const [i, { run: folder, epoch, trained }] of comparison!.members.entries()) {
    assert.equal(trained?.samples, 120);
    const { settings, loss, notes } = comparison!.reports[i];
    assert.equal(settings.rows, 90);
    assert.match(notes.join(), /Measured on the 90 rows that the run trained on, of \d+\./);
    // Training looked at its own rows and labels at the end of each epoch.
    const history = historySchema.parse(
      JSON.parse(readFileSync(join(request.out, folder, 'history.json'), 'utf8')),
    );
    const seen = history.epochs.find((each) => each.epoch === epoch)!.train;
    assert.ok(Math.abs(loss!.train.loss.value / seen.loss - 1) < 1e-6);
    assert.ok(Math.abs(loss!.train.accuracy!.value - seen.accuracy!) < 1e-9);
  }
  assert.match(comparison!.notes.join(), /on the rows and labels that its run trained on/);
});

test('a run whose end is another than it wrote is none that counts, and other data are refused', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'rows.npz');
  copyFileSync(corpus('data/moons.npz'), data);
  const { attacks: _, ...measure } = anExperiment().measure;
  const file = anExperiment({ run: { ...anExperiment().run, data }, measure, seeds: [1], claims: [] });
  const request = requestOf(file);
  const first = await experiment(request, contextOf());
  assert.equal(first.lines.length, 1);
  // The end of one run takes the place of another's, whose history tells of another network now.
  const end = (rate: string) => join(request.out, `${rate}_seed-1`, 'epoch-002.keras');
  copyFileSync(end('high'), end('low'));
  const { lines, runs } = await experiment(request, contextOf());
  assert.deepEqual(lines, []);
  assert.deepEqual(
    runs.map(({ status }) => status),
    ['failed', 'done'],
  );
  assert.match(runs[0].note!, /has ended, but epoch-002\.keras is not what the run wrote: put back/);
  copyFileSync(corpus('data/digits.npz'), data);
  await assert.rejects(
    experiment(request, contextOf()),
    /holds another run .*its settings, data or start differ/,
  );
});

test('a line that was kept of other checkpoints is not taken for one of these', async () => {
  const folder = temporaryFolder();
  const [a, b] = ['a.keras', 'b.keras'].map((name) => join(folder, name));
  const [one, two] = ['mlp-digits', 'mlp-digits-rescaled'].map((name) => corpus(`keras/${name}.keras`));
  const request = quickRequest(a, corpus('data/digits.npz'), { samples: 'first:64' });
  const dataSha256 = (await hash({ path: request.data }, recordingContext())).sha256;
  const kept = new KeptStore(join(folder, 'kept'));
  const line = async (first: string, second: string) => {
    copyFileSync(first, a);
    copyFileSync(second, b);
    const host = { signal: new AbortController().signal, log: () => undefined, progress: () => undefined };
    return lineBetween(request, { other: b, dataSha256 }, kept, host);
  };
  const before = await line(one, two);
  assert.equal(before.isNew, true);
  assert.equal((await line(one, two)).isNew, false);
  const { value, isNew } = await line(one, one);
  assert.equal(isNew, true);
  assert.equal(new Set(value.loss.train).size, 1);
});

test('mistakes are told before anything runs', async () => {
  const file = anExperiment({ run: { ...anExperiment().run, batchSize: 0 }, runs: [{ rate: 'middle' }] });
  const request = requestOf(file);
  await assert.rejects(experiment(request, contextOf()), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /e\.json is not right: "runs\.0\.rate": "middle" is no label of it/);
    return true;
  });
  const missing = requestOf(anExperiment({ run: { ...anExperiment().run, data: 'nowhere.npz' } }));
  await assert.rejects(experiment(missing, contextOf()), /nowhere\.npz/);
  assert.ok(!existsSync(join(missing.out, 'low_seed-1')));
});

test('bias and variance of a setting are shared out to its runs, whose own losses they add up to', async () => {
  const file = anExperiment({
    run: {
      data: 'data/moons.npz',
      samples: 60,
      model: { kind: 'mlp', hidden: [4], activation: 'tanh' },
      epochs: 2,
      checkpoints: { every: 100 },
    },
    vary: [],
    measure: { settings: { trace: false }, biasVariance: true },
    claims: [
      { kind: 'equal', figure: 'variance', left: {}, value: 0, tolerance: 1e-9, sentence: 'No variance.' },
    ],
  });
  const { runs, groups, notes } = await experiment(requestOf(file), contextOf());
  assert.match(notes.join('\n'), /^Each seed draws training rows of its own, the same for all settings/m);
  for (const { figures } of runs) {
    const sum = figures['bias'].value + figures['variance'].value;
    assert.ok(Math.abs(sum - figures['test-loss'].value) < 1e-6, `${sum}`);
  }
  const mean = (id: string) => groups[0].figures[id].value;
  for (const id of ['bias', 'variance', 'squared-bias', 'squared-variance']) assert.ok(mean(id) > 0, id);
  // Of two classes, and bounded: squared errors of probabilities.
  assert.ok(mean('squared-bias') + mean('squared-variance') < 2);
});
