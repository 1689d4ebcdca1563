import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { analyze } from '../../../../src/jobs/analyze/analyze';
import { watch } from '../../../../src/jobs/watch/watch';
import {
  type Watch,
  type WatchRequest,
  watchRequestSchema,
  watchSchema,
} from '../../../../src/contract/watch';
import { CancelledError, UserError } from '../../../../src/core/errors';
import type { RequestLayer } from '../../../../src/settings/merge';
import { watchRequest } from '../../../../src/settings/watch-request';
import { changedNetwork, corpus, temporaryFolder } from '../../../support/corpus';
import { recordingContext } from '../../../support/job-context';

const data = corpus('data/digits.npz');
const network = (name: string) => corpus('keras', `${name}.keras`);
/** Loss and the largest eigenvalue on few rows, and nothing that takes longer. */
const quick: RequestLayer = { samples: 'first:64', trace: false, measures: false };

function asked(where: string, more: Partial<WatchRequest> = {}, given: RequestLayer = quick): WatchRequest {
  const choices = { idleSeconds: 1, stillSeconds: 0.2, patienceSeconds: 1, ...more };
  return watchRequest(where, { data }, given, choices);
}

const told = (signal?: AbortSignal) => recordingContext<Watch>(signal);
const lines = ({ checkpoints }: Watch) => checkpoints.map(({ file, status }) => [file, status]);

/** Writes a file as a trainer on a slow disk does: half of it, a pause that is longer than a file must be still, the rest. */
async function writeSlowly(from: string, to: string, pause: number): Promise<void> {
  const bytes = readFileSync(from);
  writeFileSync(to, bytes.subarray(0, bytes.length >> 1));
  await sleep(pause);
  appendFileSync(to, bytes.subarray(bytes.length >> 1));
}

test('of checkpoints that are written slowly, in halves, none is read half and none is missed', async () => {
  const folder = temporaryFolder();
  const names = ['mlp-digits', 'mlp-digits-rescaled', 'rnn-digits'];
  copyFileSync(network('cnn-digits'), join(folder, 'epoch-0.keras'));
  const context = told();
  const watching = watch(asked(folder, { idleSeconds: 2, patienceSeconds: 30, learningRate: 0.5 }), context);
  await until(() => context.partials.at(-1)?.unfinished.includes('epoch-0.keras'), context.partials);
  for (const [i, name] of names.entries())
    await writeSlowly(network(name), join(folder, `epoch-${i + 1}.keras`), 500);
  const found = await watching;
  assert.equal(found.status, 'complete');
  assert.deepEqual(
    lines(found),
    [0, 1, 2, 3].map((epoch) => [`epoch-${epoch}.keras`, 'measured']),
  );
  assert.deepEqual(
    found.checkpoints.map(({ id, before, place, threshold }) => [id, before, place?.value, threshold]),
    [0, 1, 2, 3].map((epoch) => [epoch + 1, epoch === 0, epoch, 4]),
  );
  // Never a word of a broken one, and while it was half it was said to be unfinished.
  for (const partial of context.partials) assert.deepEqual(watchSchema.parse(partial), partial);
  const statuses = new Set(
    context.partials.flatMap(({ checkpoints }) => checkpoints.map(({ status }) => status)),
  );
  assert.deepEqual([...statuses].sort(), ['measured', 'waiting']);
  assert.ok(context.partials.some(({ unfinished }) => unfinished.includes('epoch-2.keras')));
  // The digits of an analysis by the same settings.
  const { settings } = asked(folder);
  const report = await analyze(
    { ...settings, checkpoint: network('rnn-digits'), defaultRows: 512 },
    recordingContext(),
  );
  const { figures } = found.checkpoints[3];
  // What its reader should know is told of the run.
  for (const note of report.notes) assert.ok(found.notes.includes(note), note);
  assert.deepEqual(
    [figures?.largest, figures?.lowest, figures?.loss.test?.value, figures?.rows],
    [
      { value: report.spectrum.largest[0].value, errorBound: report.spectrum.largest[0].errorBound },
      report.spectrum.lowestRitz,
      report.loss?.test?.loss.value,
      64,
    ],
  );
});

test('the same contents are not measured twice, and a file that is written over is measured anew', async () => {
  const folder = temporaryFolder();
  copyFileSync(network('mlp-digits'), join(folder, 'epoch-1.keras'));
  const kept = temporaryFolder();
  const context = told();
  const watching = watch(asked(folder, { idleSeconds: 1.5, kept }), context);
  await until(() => context.partials.at(-1)?.checkpoints[0]?.status === 'measured', context.partials);
  copyFileSync(network('mlp-digits'), join(folder, 'best.keras'));
  copyFileSync(network('mlp-digits-rescaled'), join(folder, 'epoch-1.keras'));
  // The optimizer's state beside it, and a file that is being written under another name.
  writeFileSync(join(folder, 'optimizer.pt'), 'x');
  writeFileSync(join(folder, 'epoch-2.keras.tmp'), 'x');
  const found = await watching;
  assert.deepEqual(lines(found).sort(), [
    ['best.keras', 'copy'],
    ['epoch-1.keras', 'measured'],
    ['epoch-1.keras', 'measured'],
  ]);
  assert.equal(found.checkpoints.find(({ status }) => status === 'copy')?.copyOf, 'epoch-1.keras');
});

test('a file whose room was made at once is not measured while its end is still zeros', async () => {
  const folder = temporaryFolder();
  const weights = (name: string) => corpus('torch/weights', name);
  const request = watchRequest(folder, { data: weights('cnn-data.npz'), model: weights('cnn.pt2') }, quick, {
    idleSeconds: 1,
    stillSeconds: 0.2,
    patienceSeconds: 20,
  });
  const bytes = readFileSync(weights('model.safetensors'));
  const to = join(folder, 'epoch-1.safetensors');
  // It opens, and would be measured as half of a network.
  writeFileSync(
    to,
    Buffer.concat([bytes.subarray(0, bytes.length >> 1), Buffer.alloc(bytes.length - (bytes.length >> 1))]),
  );
  const context = told();
  const watching = watch(request, context);
  await sleep(1500);
  writeFileSync(to, bytes);
  const found = await watching;
  assert.deepEqual(lines(found), [['epoch-1.safetensors', 'measured']]);
  const whole = temporaryFolder();
  copyFileSync(weights('plain.pt'), join(whole, 'plain.pt'));
  const [{ figures }] = (await watch({ ...request, where: whole }, told())).checkpoints;
  assert.equal(found.checkpoints[0].figures?.loss.train.value, figures?.loss.train.value);
});

test('a link is a copy of what it leads to, and a copy tells the epoch where the first name does not', async () => {
  const folder = temporaryFolder();
  copyFileSync(network('mlp-digits'), join(folder, 'epoch-4.keras'));
  symlinkSync('epoch-4.keras', join(folder, 'best.keras'));
  copyFileSync(network('rnn-digits'), join(folder, 'last.keras'));
  cpSync(network('rnn-digits'), join(folder, 'weights.05.keras'), { preserveTimestamps: false });
  const { mtimeMs } = statSync(join(folder, 'epoch-4.keras'));
  utimesSync(join(folder, 'last.keras'), mtimeMs / 1000 + 10, mtimeMs / 1000 + 10);
  utimesSync(join(folder, 'weights.05.keras'), mtimeMs / 1000 + 20, mtimeMs / 1000 + 20);
  const { checkpoints } = await watch(asked(folder), told());
  assert.deepEqual(
    checkpoints.map(({ file, status, place }) => [file, status, place?.value]),
    [
      ['epoch-4.keras', 'measured', 4],
      ['best.keras', 'copy', undefined],
      ['last.keras', 'measured', 5],
      ['weights.05.keras', 'copy', 5],
    ],
  );
});

test('what is said of one checkpoint is not said again with other figures of the next', async () => {
  const folder = temporaryFolder();
  // Two networks that know nothing of the data, each with an accuracy of its own.
  for (const [i, shift] of [0.1, 0.2].entries()) {
    const guessing = changedNetwork(
      (name, values) =>
        name.includes('kernel') && values.forEach((value, at) => (values[at] = value * -shift)),
    );
    cpSync(join(guessing, '..'), join(folder, `epoch-${i + 1}`), { recursive: true });
  }
  const { checkpoints, notes } = await watch(asked(folder), told());
  assert.deepEqual(
    checkpoints.map(({ status }) => status),
    ['measured', 'measured'],
  );
  assert.equal(
    notes.filter((note) => note.includes('does no better on these data')).length,
    1,
    notes.join('\n'),
  );
});

test('stopped and begun again it goes on: nothing is lost, nothing is measured twice', async () => {
  const [folder, kept] = [temporaryFolder(), temporaryFolder()];
  copyFileSync(network('mlp-digits'), join(folder, 'epoch-1.keras'));
  copyFileSync(network('mlp-digits-rescaled'), join(folder, 'epoch-2.keras'));
  const controller = new AbortController();
  const first = told(controller.signal);
  const stopping = {
    ...first,
    partial: (document: Watch) => {
      first.partial(document);
      if (document.checkpoints.some(({ figures }) => figures)) controller.abort();
    },
  };
  await assert.rejects(watch(asked(folder, { kept }), stopping), CancelledError);
  const before = first.partials.at(-1)!.checkpoints.find(({ figures }) => figures)!;
  // The trainer keeps its last two only.
  rmSync(join(folder, before.file));
  copyFileSync(network('rnn-digits'), join(folder, 'epoch-3.keras'));
  const found = await watch(asked(folder, { kept, learningRate: 0.5 }), told());
  assert.deepEqual(
    lines(found)
      .map(([file, status]) => `${file} ${status}`)
      .sort(),
    [1, 2, 3].map((epoch) => `epoch-${epoch}.keras measured`),
  );
  const after = found.checkpoints.find(({ file }) => file === before.file)!;
  assert.deepEqual(
    { ...after, threshold: undefined, learningRate: undefined, rateFrom: undefined },
    { ...before, threshold: undefined, learningRate: undefined, rateFrom: undefined },
  );
  assert.equal(after.threshold, 4);
  // A third time all of it is known, and no file is opened.
  const again = await watch(asked(folder, { kept, idleSeconds: 0 }), told());
  assert.deepEqual(
    again.checkpoints.map(({ measuredAt }) => measuredAt),
    found.checkpoints.map(({ measuredAt }) => measuredAt),
  );
});

test('one that is no number is told of, and one that stays broken when it was still for long', async () => {
  const folder = temporaryFolder();
  // Of two files: the weights lie beside its model.json.
  const diverged = changedNetwork((name, values) => name.includes('kernel') && values.fill(Number.NaN));
  cpSync(join(diverged, '..'), join(folder, 'epoch-2'), { recursive: true });
  const half = readFileSync(network('mlp-digits')).subarray(0, 3000);
  writeFileSync(join(folder, 'epoch-1.keras'), half);
  const context = told();
  const watching = watch(asked(folder, { idleSeconds: 1.5 }), context);
  await until(() => context.partials.at(-1)?.checkpoints.length === 2, context.partials);
  const failed = context.partials.at(-1)!.checkpoints.find(({ file }) => file === 'epoch-1.keras')!;
  assert.match(failed.reason ?? '', /cut off or damaged/);
  copyFileSync(network('mlp-digits'), join(folder, 'epoch-1.keras'));
  const found = await watching;
  assert.deepEqual(lines(found), [
    ['epoch-2/model.json', 'not-a-number'],
    ['epoch-1.keras', 'measured'],
  ]);
  const [event, ...others] = found.events;
  assert.match(event.text, /^epoch-2\/model\.json: [\d,]+ of its weights are not a number\.$/);
  assert.deepEqual([event.what, others], ['not-a-number', []]);
});

test('a pattern means its files alone, and the architecture of weights is none of them', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));
  for (const name of ['a/epoch-1.keras', 'a/other.keras', 'epoch-9.keras'])
    copyFileSync(network('mlp-digits'), join(folder, name));
  const found = await watch(asked(join(folder, '*', 'epoch-*.keras'), { idleSeconds: 0 }), told());
  assert.deepEqual(lines(found), [['a/epoch-1.keras', 'measured']]);
  const none = { ...asked(folder, { idleSeconds: 0 }) };
  const model = join(folder, 'epoch-9.keras');
  const others = await watch({ ...none, settings: { ...none.settings, model } }, told());
  assert.ok(!others.checkpoints.some(({ file }) => file === 'epoch-9.keras'));
});

test('a folder or data that are not there are a mistake, said at once', async () => {
  const refused = (request: WatchRequest, sentence: RegExp) =>
    assert.rejects(
      watch(request, told()),
      (error) => error instanceof UserError && sentence.test(error.message),
    );
  await refused(asked('/nowhere/runs'), /^There is no folder \/nowhere\/runs to watch: make it/);
  await refused(asked(join(temporaryFolder(), 'run')), /^There is no folder .*run to watch/);
  const folder = temporaryFolder();
  const request = asked(folder);
  await refused(
    { ...request, settings: { ...request.settings, data: '/no/data.npz' } },
    /^There is no file \/no\/data/,
  );
});

test('the rate that a checkpoint was saved with is told, and of an adaptive optimizer no line', async () => {
  const [folder, kept] = [temporaryFolder(), temporaryFolder()];
  const weights = (name: string) => corpus('torch/weights', name);
  copyFileSync(weights('legacy-training.tar'), join(folder, 'last.pt'));
  const choices = { idleSeconds: 0.5, stillSeconds: 0.2, kept };
  const request = watchRequest(
    folder,
    { data: weights('cnn-data.npz'), model: weights('cnn.pt2') },
    quick,
    choices,
  );
  const found = await watch(request, told());
  const [{ status, learningRate, rateFrom, threshold, optimizer }] = found.checkpoints;
  // Adam at 0.003: test/corpus/make/weights.py.
  assert.deepEqual(
    [status, learningRate, rateFrom, threshold],
    ['measured', 0.003, 'optimizer.param_groups', undefined],
  );
  assert.equal(optimizer?.beta1, 0.9);
  assert.match(found.notes.join(' '), /The learning rate is that of the checkpoint itself.*is adaptive/);
  // Where another file has its name by now, what it said is known still.
  copyFileSync(weights('plain.pt'), join(folder, 'last.pt'));
  const again = await watch(request, told());
  assert.deepEqual(
    again.checkpoints.map(({ learningRate: rate }) => rate),
    [0.003, undefined],
  );
});

test('how much is measured is small whatever landscape.json says, and as was asked for this watch', () => {
  const standing = {
    data,
    top: 20,
    bottom: 3,
    samples: 'first:4096' as const,
    density: true,
    learningRate: 0.1,
  };
  const request = watchRequest('/run', standing, {}, {});
  assert.deepEqual(watchRequestSchema.parse(request), request);
  const { top, bottom, samples, density, slices, layers, measures } = request.settings;
  assert.deepEqual(
    [top, bottom, samples, density, slices, layers, measures, request.learningRate],
    [1, 0, 'first:512', false, false, 'off', ['critical-sharpness'], 0.1],
  );
  const given = watchRequest('/run', standing, { top: 3, samples: 2000 }, { learningRate: 0.2 });
  assert.deepEqual([given.settings.top, given.settings.samples, given.learningRate], [3, 2000, 0.2]);
  assert.throws(() => watchRequest('/run', {}, {}, {}), /Which data was \/run trained on\?/);
});

/** Waits for something that another part of the test brings about. */
async function until(isSo: () => boolean | undefined, where: readonly unknown[] = []): Promise<void> {
  for (let i = 0; !isSo(); i++) {
    assert.ok(i < 1500, `it has not come about: ${JSON.stringify(where.at(-1))}`);
    await sleep(20);
  }
}
