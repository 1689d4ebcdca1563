import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { train } from '../../../src/jobs/train/train';
import { UserError } from '../../../src/core/errors';
import { type History, historySchema } from '../../../src/contract/history';
import { type RunFile, runFileSchema } from '../../../src/contract/run-file';
import { readState, stateBytes } from '../../../src/training/run-state';
import { corpus, temporaryFolder } from '../../support/corpus';

const noPipes = process.platform === 'win32' && 'there are no named pipes';

const runOf = (more: object = {}): RunFile =>
  runFileSchema.parse({
    data: corpus('data/moons.npz'),
    model: { kind: 'mlp', hidden: [4] },
    samples: 64,
    batchSize: 16,
    epochs: 4,
    backend: 'reference',
    ...more,
  });

interface Heard {
  /** Called once, when the run has written its first checkpoint and is under way. */
  readonly midway?: () => void;
  readonly run?: RunFile;
  readonly cancel?: AbortController;
}

async function trained(out: string, { midway, run = runOf(), cancel }: Heard = {}): Promise<History> {
  let isTold = false;
  const progress = () => {
    if (isTold) return;
    isTold = true;
    midway?.();
  };
  const signal = (cancel ?? new AbortController()).signal;
  const silent = () => undefined;
  return train(
    { run, name: 'the run', out, resume: true },
    { signal, progress, partial: silent, log: silent },
    { local: true },
  );
}

async function refused(running: Promise<unknown>, sentence: RegExp): Promise<void> {
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, sentence);
    assert.doesNotMatch(error.message, /\n|undefined/);
    return true;
  });
}

test('a run that has ended notices what is gone of it, and what is other than it wrote', async () => {
  const out = join(temporaryFolder(), 'run');
  const first = await trained(out);
  const checkpoint = join(out, 'epoch-002.keras');
  const aside = join(out, 'aside');
  renameSync(checkpoint, aside);
  await refused(
    trained(out),
    /^The run in .*run has ended, but epoch-002\.keras is missing: put back what the run wrote, or train into another folder \(--out in the terminal\), or remove this one first\.$/,
  );
  copyFileSync(join(out, 'epoch-003.keras'), checkpoint);
  rmSync(join(out, 'epoch-004.keras'));
  await refused(trained(out), /epoch-002\.keras is not what the run wrote and so is another file: put back/);
  renameSync(aside, checkpoint);
  copyFileSync(checkpoint, join(out, 'epoch-004.keras'));
  await refused(trained(out), /epoch-004\.keras is not what the run wrote: put back/);
  const [other] = [join(temporaryFolder(), 'run')];
  await trained(other);
  copyFileSync(join(other, 'epoch-004.keras'), join(out, 'epoch-004.keras'));
  assert.deepEqual(await trained(out), first);
});

test('the history of a run that has ended is written again where it is missing, and refused where it is another', async () => {
  const out = temporaryFolder();
  const first = await trained(out);
  const file = join(out, 'history.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"distance": 0,', '"distance": 7,'));
  await refused(
    trained(out),
    /has ended, but history\.json is not what the run wrote: put that back, or remove/,
  );
  rmSync(file);
  const { notes, ...again } = await trained(out);
  assert.match(notes.at(-1)!, /^history\.json was missing .* written again from state\.bin\.$/);
  assert.deepEqual({ ...again, notes: notes.slice(0, -1) }, first);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(text));
  assert.deepEqual(await trained(out), first);
});

test('a run that diverged in its last epoch is ended too, though it ends in no number', async () => {
  const out = temporaryFolder();
  const run = runOf({ loss: 'mean-squared-error', batchSize: 'full', optimizer: { learningRate: 1e150 } });
  const { status, epochs } = await trained(out, { run });
  assert.equal(status, 'diverged');
  assert.ok(epochs.some(({ train: { loss } }) => !Number.isFinite(loss)));
  const again = await trained(out, { run });
  assert.equal(again.status, 'diverged');
  assert.equal(again.epochs.length, epochs.length);
  const kept = historySchema.parse(JSON.parse(readFileSync(join(out, 'history.json'), 'utf8')));
  assert.ok(Number.isNaN(kept.epochs.at(-1)!.train.loss));
});

test('a folder that goes away while a run trains into it ends the run, and is not made again', async () => {
  const root = temporaryFolder();
  const out = join(root, 'run');
  await refused(
    trained(out, { midway: () => rmSync(out, { recursive: true }) }),
    /run was removed while the run trained into it, so the run ended there and nothing more was written: start it again/,
  );
  assert.deepEqual(readdirSync(root), []);
  await refused(trained(out, { midway: () => renameSync(out, join(root, 'moved')) }), /was removed while/);
  assert.deepEqual(readdirSync(root), ['moved']);
  const theirs = join(root, 'theirs');
  mkdirSync(theirs);
  const swap = () => {
    rmSync(out, { recursive: true });
    symlinkSync(theirs, out);
  };
  await refused(trained(out, { midway: swap }), /was replaced while the run trained into it/);
  assert.deepEqual(readdirSync(theirs), []);
  rmSync(out);
  await refused(
    trained(out, {
      midway: () => {
        rmSync(out, { recursive: true });
        mkdirSync(out);
        writeFileSync(join(out, '.landscape.lock'), 'of another run');
      },
    }),
    /was replaced while/,
  );
  assert.deepEqual(readdirSync(out), ['.landscape.lock']);
});

test('files that go away or change while a run trains are told of, and are no part of it any more', async () => {
  const out = temporaryFolder();
  const { status, notes, epochs } = await trained(out, {
    midway: () => {
      rmSync(join(out, 'epoch-000.keras'));
      rmSync(join(out, 'history.json'));
      writeFileSync(join(out, 'state.bin'), 'something else');
    },
  });
  assert.equal(status, 'complete');
  assert.equal(epochs[0].checkpoint, undefined);
  assert.equal(epochs[1].checkpoint, 'epoch-001.keras');
  assert.match(
    notes.join('\n'),
    /^epoch-000\.keras is missing: somebody else did that while the run was under way/m,
  );
  for (const name of ['history.json', 'state.bin'])
    assert.match(
      notes.join('\n'),
      new RegExp(`^${name} was removed or changed by somebody else .* written anew`, 'm'),
    );
  const kept = historySchema.parse(JSON.parse(readFileSync(join(out, 'history.json'), 'utf8')));
  assert.deepEqual(kept.notes, notes);
  assert.equal((await trained(out)).status, 'complete');
});

test('a run that is taken up again tells of what it has lost meanwhile', async () => {
  const out = temporaryFolder();
  const cancel = new AbortController();
  await assert.rejects(trained(out, { cancel, midway: () => cancel.abort() }));
  rmSync(join(out, 'epoch-000.keras'));
  const { status, epochs, notes } = await trained(out);
  assert.equal(status, 'complete');
  assert.equal(epochs[0].checkpoint, undefined);
  assert.match(notes.join('\n'), /^epoch-000\.keras is missing/m);
});

test('nothing is written through a link, wherever it lies in the folder of a run', async () => {
  const theirs = join(temporaryFolder(), 'theirs');
  const isUntouched = () => assert.equal(readFileSync(theirs, 'utf8'), 'theirs');
  writeFileSync(theirs, 'theirs');
  for (const name of [
    'state.bin',
    'history.json',
    'epoch-000.keras',
    'epoch-003.keras',
    '.landscape.lock',
    'landscape.json',
  ]) {
    const out = temporaryFolder();
    symlinkSync(name === 'landscape.json' ? join(theirs, 'nothing') : theirs, join(out, name));
    await refused(
      trained(out),
      new RegExp(
        `${name.replaceAll('.', '\\.')} is a link, and nothing is written through links here: take it away\\.$`,
      ),
    );
    isUntouched();
    if (name === '.landscape.lock' || name === 'landscape.json') continue;
    const begun = temporaryFolder();
    const plant = () => {
      rmSync(join(begun, name), { force: true });
      symlinkSync(theirs, join(begun, name));
    };
    // A checkpoint that has been written is not written again: that it is a link now is told of.
    const running = trained(begun, { midway: plant });
    if (name === 'epoch-000.keras')
      assert.match((await running).notes.join('\n'), /epoch-000\.keras is not what the run wrote/);
    else await refused(running, /is a link, and nothing is written through/);
    isUntouched();
  }
  const folder = temporaryFolder();
  const link = join(temporaryFolder(), 'link');
  symlinkSync(folder, link);
  await refused(trained(link), /link is a link, and nothing is written through links here/);
  assert.deepEqual(readdirSync(folder), []);
  // Above it they are the person's way of arranging disks.
  assert.equal((await trained(join(link, 'run'))).status, 'complete');
});

test('another name of a file of the run keeps what it had', async () => {
  const out = temporaryFolder();
  const other = join(temporaryFolder(), 'other');
  let before = '';
  await trained(out, {
    midway: () => {
      linkSync(join(out, 'history.json'), other);
      before = readFileSync(other, 'utf8');
    },
  });
  assert.equal(readFileSync(other, 'utf8'), before);
  assert.notEqual(readFileSync(join(out, 'history.json'), 'utf8'), before);
});

test('what a killed write left goes away, links and all, and a folder of such a name stays', async () => {
  const out = temporaryFolder();
  const theirs = join(temporaryFolder(), 'theirs');
  writeFileSync(theirs, 'theirs');
  writeFileSync(join(out, '.epoch-001.keras.0123456789ab'), 'half');
  symlinkSync(theirs, join(out, '.state.bin.0123456789ab'));
  mkdirSync(join(out, '.history.json.0123456789ab'));
  await trained(out);
  assert.deepEqual(
    readdirSync(out).filter((name) => name.startsWith('.')),
    ['.history.json.0123456789ab'],
  );
  assert.equal(readFileSync(theirs, 'utf8'), 'theirs');
});

test('a state that is no plain file holds nothing up', { skip: noPipes }, async () => {
  const make: readonly ((file: string) => void)[] = [
    (file) => execFileSync('mkfifo', [file]),
    (file) => mkdirSync(file),
  ];
  for (const each of make)
    for (const name of ['state.bin', 'history.json']) {
      const out = temporaryFolder();
      each(join(out, name));
      await refused(trained(out), new RegExp(`${name} is no plain file: take it away\\.$`));
    }
  const out = temporaryFolder();
  symlinkSync('/dev/zero', join(out, 'state.bin'));
  await refused(trained(out), /state\.bin is a link/);
});

test('a sealed state in which the run cannot have been is refused in a sentence', async () => {
  const out = temporaryFolder();
  const cancel = new AbortController();
  await assert.rejects(trained(out, { cancel, midway: () => cancel.abort() }));
  const file = join(out, 'state.bin');
  const state = readState(readFileSync(file));
  const sentence = (why: string) =>
    new RegExp(
      `holds a run that the run cannot go on from \\(its state\\.bin is not right \\(.*${why}.*\\)\\): train into another folder \\(--out in the terminal\\), or remove this one first\\.$`,
    );
  for (const [change, why] of [
    [{ step: -5 }, '"progress.step"'],
    [{ step: 1e12 }, '"progress.step" is 1000000000000, but the run has 16'],
    [{ step: 16 }, 'after 0 epochs it is from 0 to 4'],
    [{ history: undefined }, '"progress.history": missing'],
  ] as const) {
    writeFileSync(
      file,
      stateBytes({ ...state, progress: { ...state.progress, ...change } as typeof state.progress }),
    );
    await refused(trained(out), sentence(why));
  }
  writeFileSync(file, stateBytes({ ...state, vectors: { ...state.vectors, theta: new Float64Array(3) } }));
  await refused(trained(out), sentence('its vector "theta" has 3 numbers'));
  writeFileSync(file, stateBytes(state));
  appendFileSync(file, 'x');
  await refused(trained(out), /its state\.bin is damaged/);
  writeFileSync(file, stateBytes(state));
  assert.equal((await trained(out)).status, 'complete');
  assert.ok(existsSync(file) && lstatSync(file).isFile());
});
