import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { kerasBytes } from '../../../src/formats/checkpoints/write/keras';
import { compare } from '../../../src/jobs/compare/compare';
import type { JobContext } from '../../../src/jobs/context/context';
import { LocalChannel } from '../../../src/lanes/in-process';
import { ComputeEnded } from '../../../src/lanes/lane';
import { type CompareRequest, type Comparison, comparisonSchema } from '../../../src/contract/comparison';
import { measuresOf } from '../../../src/wording/comparison-figures';
import { CancelledError, UserError } from '../../../src/core/errors';
import type { AnalyzeRequest } from '../../../src/contract/settings';
import { corpus, example, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const digits = corpus('data/digits.npz');
const networks = ['mlp-digits', 'mlp-digits-rescaled', 'rnn-digits'].map((name) =>
  corpus(`keras/${name}.keras`),
);
/** Reports that several tests look at are made once. */
const shared = { cache: temporaryFolder() };

function request(
  checkpoints: readonly string[],
  settings: Partial<AnalyzeRequest> = {},
  more: Partial<CompareRequest> = {},
): CompareRequest {
  return {
    checkpoints: [...checkpoints],
    settings: quickRequest(checkpoints[0], digits, { samples: 'first:64', ...settings }),
    title: '',
    barriers: false,
    ...more,
  };
}

const context = (signal?: AbortSignal) => recordingContext<Comparison>(signal);
const compared = (asked: CompareRequest) => compare(asked, context());

test('every checkpoint is measured with the same settings, and what is known streams', async () => {
  const told = context();
  const comparison = await compare(request(networks, { measures: ['lambda-max', 'sam-sharpness'] }), told);
  assert.equal(comparison.status, 'complete');
  assert.deepEqual(
    comparison.members.map(({ label }) => label),
    ['mlp-digits', 'mlp-digits-rescaled', 'rnn-digits'],
  );
  assert.deepEqual(
    comparison.reports.map(({ checkpoint }) => checkpoint.path),
    networks,
  );
  const [first, ...others] = comparison.reports.map(({ settings }) => settings);
  for (const { samples, seed, loss, data } of others)
    assert.deepEqual(
      { samples, seed, loss, data },
      { samples: first.samples, seed: first.seed, loss: first.loss, data: first.data },
    );
  // The two MLPs are one function: every outcome is the same, and lambda-max is not.
  const [plain, rescaled] = comparison.reports.map((report) => measuresOf(report).get('lambda-max')!.value);
  assert.ok(rescaled > 5 * plain);
  assert.equal(comparison.correlations.length, 2 * 4);
  assert.match(comparison.findings.join('\n'), /mlp-digits-rescaled sharper than mlp-digits/);
  told.partials.forEach((partial) => assert.deepEqual(comparisonSchema.parse(partial), partial));
  assert.deepEqual(
    told.partials.map(({ reports }) => reports.length),
    [0, 1, 2, 3, 3],
  );
  assert.deepEqual(told.partials.at(-1), comparison);
  const fractions = told.progresses.map(({ fraction }) => fraction);
  fractions.forEach((fraction, i) => assert.ok(fraction >= (fractions[i - 1] ?? 0) && fraction <= 1));
  assert.ok(fractions.at(-1)! > 0.9);
});

test('a finished checkpoint is never computed twice', async () => {
  const cache = join(temporaryFolder(), 'kept');
  const [first, second] = networks;
  const before = await compared(request([first, second], {}, { cache }));
  assert.equal(readdirSync(cache).length, 2);
  const created = ({ reports }: Comparison) => reports.map(({ createdAt }) => createdAt);
  // In another order, elsewhere, with a third: the two are taken as they were.
  const moved = join(temporaryFolder(), 'moved.keras');
  cpSync(first, moved);
  const after = await compared(request([second, moved, networks[2]], {}, { cache }));
  assert.deepEqual(created(after).slice(0, 2), created(before).reverse());
  assert.equal(after.reports[1].checkpoint.path, moved);
  assert.equal(readdirSync(cache).length, 3);
});

test('a damaged report is computed anew, and so is one of other settings', async () => {
  const cache = temporaryFolder();
  const [first, second] = networks;
  const before = await compared(request([first, second], {}, shared));
  cpSync(shared.cache, cache, { recursive: true });
  const files = readdirSync(cache);
  for (const file of files) writeFileSync(join(cache, file), '{"schemaVersion":1,');
  const again = await compared(request([first, second], {}, { cache }));
  assert.deepEqual(measuresOf(again.reports[0]), measuresOf(before.reports[0]));
  assert.deepEqual(readdirSync(cache), files);
  const [{ createdAt }] = again.reports;
  const other = await compared(request([first, second], { seed: 2 }, { cache }));
  assert.notEqual(other.reports[0].createdAt, createdAt);
  assert.equal(readdirSync(cache).length, files.length + 2);
});

test('cancelled in the middle, it goes on from there', async () => {
  const cache = temporaryFolder();
  const controller = new AbortController();
  const told = context(controller.signal);
  const stopping: JobContext<Comparison> = {
    ...told,
    partial: (comparison) => {
      told.partial(comparison);
      if (comparison.reports.length === 1) controller.abort();
    },
  };
  await assert.rejects(compare(request(networks, {}, { cache }), stopping), CancelledError);
  assert.equal(readdirSync(cache).length, 1);
  const comparison = await compared(request(networks, {}, { cache }));
  assert.equal(comparison.reports[0].createdAt, told.partials.at(-1)!.reports[0].createdAt);
  assert.equal(readdirSync(cache).length, 3);
});

test('a checkpoint that fails is left out with its reason, and the others go on', async () => {
  const broken = corpus('broken/truncated.keras');
  // Of other data: it opens, and fails only when it meets these rows.
  const foreign = corpus('keras/mlp-tanh-moons.keras');
  const [first, second] = networks;
  const comparison = await compared(request([broken, first, foreign, second], {}, shared));
  assert.deepEqual(
    comparison.members.map(({ path }) => path),
    [first, second],
  );
  assert.deepEqual(
    comparison.reports.map(({ checkpoint }) => checkpoint.path),
    [first, second],
  );
  const left = comparison.notes.filter((note) => note.includes('is left out'));
  assert.equal(left.length, 2);
  assert.match(left[0], /truncated.*cut off or damaged/);
  assert.match(left[1], /mlp-tanh-moons.*the model takes 2/);
});

test('fewer than two that can be measured, one given twice, and data that are not there are refused', async () => {
  const refused = async (asked: CompareRequest, sentence: RegExp) => {
    await assert.rejects(
      compared(asked),
      (error) => error instanceof UserError && sentence.test(error.message),
    );
  };
  const [first] = networks;
  await refused(request([corpus('broken/truncated.keras'), first]), /^Fewer than two .*cut off or damaged/);
  await refused(request([first, first]), /mlp-digits\.keras is given twice/);
  await refused(
    request(networks, { data: '/nowhere/gone.npz' }),
    /^There is no file \/nowhere\/gone\.npz\.$/,
  );
});

test('with members given, their runs, seeds and hyperparameters are what correlations go by', async () => {
  const members = networks.map((path, i) => ({
    label: `run ${i}`,
    path,
    run: 'grid',
    seed: i,
    hyperparameters: { rate: i },
  }));
  const comparison = await compared(
    request(networks, {}, { ...shared, members, title: 'An experiment', barriers: true }),
  );
  assert.deepEqual(comparison.members, members);
  assert.equal(comparison.title, 'An experiment');
  const found = comparison.correlations.find(({ outcome }) => outcome === 'test-loss')!;
  assert.equal(found.measure, 'lambda-max');
  assert.equal(found.interval?.over, 'runs');
  // Two of them have one architecture.
  assert.deepEqual(
    comparison.barriers.map(({ a, b, points }) => [a, b, points]),
    [[0, 1, 25]],
  );
  assert.ok(comparison.notes.some((note) => note.startsWith('2 of 3 pairs have no barrier')));
  const again = await compared(request(networks, {}, { ...shared, members, barriers: true }));
  assert.deepEqual(again.barriers, comparison.barriers);
});

test('a barrier that cannot be measured is said before anything is', async () => {
  const told = context();
  const { notes, barriers } = await compare(request(networks, {}, { ...shared, barriers: true }), told);
  const [first] = told.partials;
  const sentence = '2 of 3 pairs have no barrier between them: their architectures are different.';
  assert.deepEqual([first.reports.length, first.notes], [0, [sentence]]);
  assert.equal(notes.filter((note) => note === sentence).length, 1);
  assert.equal(barriers.length, 1);
});

test('a process that dies under a barrier costs nothing the first time, and then the comparison is incomplete', async (t) => {
  const [first, second] = networks;
  const cache = temporaryFolder();
  const asked = request([first, second], {}, { cache, barriers: true });
  await compared({ ...asked, barriers: false });
  // All reports are known: every process from here on is a barrier's.
  const original = LocalChannel.prototype.request;
  let deaths = Infinity;
  t.mock.method(LocalChannel.prototype, 'request', function (this: object, ...args: never) {
    return deaths-- > 0
      ? Promise.reject(new ComputeEnded('A process died.'))
      : (original as (...args: never) => Promise<unknown>).apply(this, args);
  });
  const lost = await compared(asked);
  assert.equal(lost.status, 'incomplete');
  assert.match(lost.title, / \(incomplete\)$/);
  assert.equal(lost.reports.length, 2);
  assert.match(
    lost.notes.join('\n'),
    /^The barrier between mlp-digits and mlp-digits-rescaled is left out: A process died\.$/m,
  );
  deaths = 1;
  const whole = await compared(asked);
  assert.deepEqual([whole.status, whole.barriers.length], ['complete', 1]);
  assert.doesNotMatch(whole.title, /incomplete/);
});

test('small against large batch: figures as in the references, and an order that depends on the checkpoint', async () => {
  const folder = temporaryFolder();
  const place = (from: string, run: string, name: string) => {
    mkdirSync(join(folder, run), { recursive: true });
    cpSync(from, join(folder, run, name));
    return join(folder, run, name);
  };
  const checkpoints = [
    place(example('small-batch/epoch-020.keras'), 'small-batch', 'epoch-020.keras'),
    place(example('large-batch/epoch-100.keras'), 'large-batch', 'epoch-100.keras'),
    place(corpus('runs/small-batch/epoch-016.keras'), 'small-batch', 'epoch-016.keras'),
  ];
  const comparison = await compared(
    request(checkpoints, {
      data: example('data/mnist.npz'),
      samples: 'first:2000',
      input: { scale: 0.00392156862745098 },
      measures: ['lambda-max', 'sam-sharpness', 'average-sharpness'],
    }),
  );
  for (const [i, name] of ['small-batch', 'large-batch', 'small-batch-016'].entries()) {
    const { eigenvalues, train } = JSON.parse(readFileSync(corpus(`reference/${name}.json`), 'utf8')) as {
      eigenvalues: { largest: number[] };
      train: { loss: number; accuracy: number };
    };
    const { loss, spectrum } = comparison.reports[i];
    assert.ok(Math.abs(spectrum.largest[0].value / eigenvalues.largest[0] - 1) < 1e-5);
    // Of a loss of 0.0024 the rounding of float32 is 2e-5.
    assert.ok(Math.abs(loss!.train.loss.value / train.loss - 1) < 1e-4);
    assert.ok(Math.abs(loss!.train.accuracy!.value - train.accuracy) < 1e-6);
  }
  assert.deepEqual(
    comparison.members.map(({ label, run, epoch }) => [label, run, epoch]),
    [
      ['small-batch/epoch-020', 'small-batch', 20],
      ['large-batch/epoch-100', 'large-batch', 100],
      ['small-batch/epoch-016', 'small-batch', 16],
    ],
  );
  // SAM sharpness of the two ends differs by less than one standard error, and has no vote.
  const said = comparison.findings.join('\n');
  assert.match(
    said,
    /2 of 2 measures call large-batch\/epoch-100 sharper than small-batch\/epoch-020.*none says the opposite/,
  );
  assert.match(
    said,
    /2 of 3 measures call small-batch\/epoch-016 sharper than large-batch\/epoch-100.*1 says the opposite[^:]*: average sharpness/,
  );
  assert.match(
    said,
    /The order depends on the checkpoint: for 1 of 2 measures .* λ₁ is 3\.804 at the first, 1\.106 at the second, 2\.529 at the third/,
  );
  assert.match(said, /Training losses differ.*compare at matched loss/);
});

test('networks that leave the extents of their inputs open are held against each other too', async () => {
  const folder = temporaryFolder();
  const opened = await Promise.all(
    networks.slice(0, 2).map(async (network, i) => {
      const { checkpoint } = await openCheckpoint(network);
      if (!('config' in checkpoint)) throw new Error('not a Keras file');
      const configText = checkpoint.configText!.replace(
        '"batch_shape": [null, 8, 8, 1]',
        '"batch_shape": [null, null, null, 1]',
      );
      const file = join(folder, `open-${i}.keras`);
      writeFileSync(file, await kerasBytes({ ...checkpoint, configText }, new Map()));
      return file;
    }),
  );
  const settings = { slices: false, density: false, trace: false } as const;
  const open = await compared(request(opened, settings, { barriers: true }));
  const fixed = await compared(request(networks.slice(0, 2), settings, { barriers: true }));
  assert.equal(fixed.barriers.length, 1);
  assert.deepEqual(open.barriers, fixed.barriers);
});
