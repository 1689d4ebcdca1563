import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { corpus, temporaryFolder } from '../../support/corpus';
import { tensorflowPath, withoutAddon } from '../../support/tensorflow-addon';
import { CLI, QUICK, type Ended, watch } from './terminal';

/** Follows every process of the command without stopping it at calls that do not concern the network. */
const STRACE = ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=%network'];
const traced = spawnSync(STRACE[0], [...STRACE.slice(1), '-o', '/dev/null', 'true']).status === 0;

/** The calls that name an address outside this machine's own sockets of files. */
const internet = (trace: string): string[] => trace.split('\n').filter((call) => /\bAF_INET6?\b/.test(call));

interface Left {
  readonly ended: Ended;
  /** What lies in the home and the temporary folder afterwards. */
  readonly files: readonly string[];
  /** Calls that made or used a socket of the internet; undefined where nothing can be traced. */
  readonly calls: readonly string[] | undefined;
}

/** Runs `landscape` with an empty home and temporary folder. */
async function run(args: readonly string[]): Promise<Left> {
  const folder = temporaryFolder();
  const [home, temporary, trace] = ['home', 'tmp', 'trace'].map((name) => join(folder, name));
  mkdirSync(home);
  mkdirSync(temporary);
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ORT_|XDG_|CI$)/.test(name)),
  );
  const command = [...(traced ? [...STRACE, '-o', trace] : []), process.execPath, CLI, ...args];
  const ended = await watch(
    spawn(command[0], command.slice(1), { env: { ...env, HOME: home, TMPDIR: temporary } }),
  ).ended;
  return {
    ended,
    files: [home, temporary].flatMap((place) => readdirSync(place, { recursive: true, encoding: 'utf8' })),
    calls: traced ? internet(readFileSync(trace, 'utf8')) : undefined,
  };
}

async function leavesNothing(args: readonly string[]): Promise<void> {
  const { ended, files, calls } = await run(args);
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  assert.deepEqual(files, []);
  assert.deepEqual(calls ?? [], []);
}

const analysis = [
  ...['analyze', corpus('keras/mlp-digits.keras'), '--data', corpus('data/digits.npz')],
  ...QUICK,
];

describe('nothing leaves the machine, and nothing is left in the home and temporary folders', () => {
  it('after an analysis', () => leavesNothing([...analysis, '--backend', 'onnxruntime']));

  it('after a training', () => {
    const file = join(temporaryFolder(), 'digits.run.json');
    const data = corpus('data/digits.npz');
    writeFileSync(
      file,
      JSON.stringify({ data, model: { kind: 'mlp', hidden: [8] }, epochs: 1, backend: 'onnxruntime' }),
    );
    return leavesNothing(['train', file]);
  });

  it('by WebAssembly', () => leavesNothing([...analysis, '--backend', 'wasm']));

  it("by TensorFlow's own library", { skip: withoutAddon }, async () => {
    process.env.LANDSCAPE_TENSORFLOW_PATH = tensorflowPath;
    await leavesNothing([...analysis, '--backend', 'tensorflow']);
  });

  it('sees a socket of the internet where there is one', { skip: !traced && 'strace cannot be had' }, () => {
    const out = join(temporaryFolder(), 'trace');
    const script = "require('node:net').connect(9, '127.0.0.1').on('error', () => undefined)";
    spawnSync(STRACE[0], [...STRACE.slice(1), '-o', out, process.execPath, '-e', script]);
    assert.notDeepEqual(internet(readFileSync(out, 'utf8')), []);
  });
});
