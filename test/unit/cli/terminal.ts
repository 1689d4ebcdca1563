import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from '../../../src/machine/status';
import { temporaryFolder } from '../../support/corpus';

/** The built command, as a person runs it. */
export const CLI = join(__dirname, '../../../dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function watch(child: ChildProcess): Running {
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Starts `landscape` with these arguments in a process group of its own, as a shell does. */
export function start(
  args: readonly string[],
  cwd = temporaryFolder(),
  environment: Readonly<Record<string, string>> = {},
): Running {
  assert.ok(existsSync(CLI), 'dist/cli.js is not built: npm run build');
  const env = { ...process.env, ...environment };
  return watch(spawn(process.execPath, [CLI, ...args], { cwd, detached: true, env }));
}

/**
 * The environment of a command whose lanes end as if they were killed when they get so many parameters: for ever, or as long
 * as they may keep what they compute.
 */
export const dyingLanes = (parameters: number, when: 'always' | 'at first'): Record<string, string> => ({
  NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'fakes/dying-lanes.cjs'))}`,
  DYING_LANES: `${parameters}${when === 'always' ? '!' : ''}`,
});

/** Runs `landscape` to its end. */
export const landscape = (args: readonly string[], cwd?: string): Promise<Ended> => start(args, cwd).ended;

/** Runs a line of the shell in which `landscape` is the command. */
export const shell = (line: string): Promise<Ended> =>
  watch(
    spawn('sh', ['-c', `landscape() { "$NODE" "$CLI" "$@"; }; ${line}`], {
      env: { ...process.env, NODE: process.execPath, CLI },
    }),
  ).ended;

/** The quickest analysis there is. */
export const QUICK = [
  '--samples',
  'first:64',
  '--top',
  '1',
  '--layers',
  'off',
  '--no-density',
  '--no-trace',
  '--no-slices',
];

/**
 * Runs `landscape` on a mistake: exit code 2, one line on stderr that matches, nothing on stdout, no stack, and no
 * file written although reports were asked for.
 */
export async function refuses(args: readonly string[], sentence: RegExp, cwd?: string): Promise<void> {
  const out = temporaryFolder();
  const reports = ['--json', join(out, 'r.json'), '--html', join(out, 'r.html')];
  // In front, so that a test can give others; the command's name is the first argument.
  const { code, stdout, stderr } = await landscape([...args.slice(0, 1), ...reports, ...args.slice(1)], cwd);
  assert.match(stderr, sentence);
  assert.match(stderr, /^[^\n]+\n$/, 'more or less than one line');
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+|undefined|\[object/);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.deepEqual(readdirSync(out), []);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process, by /proc. */
function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ');
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
    } catch {
      return [];
    }
  });
}

/** The engine of a command and its lanes. */
export interface Family {
  readonly engine: number;
  readonly lanes: readonly number[];
}

/** Waits until the command's engine has started its lanes. */
export async function familyOf({ child }: Running): Promise<Family> {
  for (;;) {
    assert.equal(child.exitCode, null, 'the command has ended already');
    const all = processes();
    const engine = all.find(({ parent, command }) => parent === child.pid && command.includes('engine.js'));
    const lanes = all.filter(({ parent, command }) => parent === engine?.pid && command.includes('lane.js'));
    if (engine && lanes.length > 0) return { engine: engine.pid, lanes: lanes.map(({ pid }) => pid) };
    await sleep(20);
  }
}

/** Waits until neither engine nor lanes run. */
export async function gone({ engine, lanes }: Family): Promise<void> {
  for (let i = 0; i < 250; i++) {
    const left = processes().filter(({ pid }) => pid === engine || lanes.includes(pid));
    if (left.length === 0) return;
    await sleep(20);
  }
  assert.fail(`processes ${engine} and ${lanes.join(', ')} have not all ended`);
}

/** A lane that computes: it has used more processor time than starting takes. */
export async function working({ lanes }: Family): Promise<number> {
  for (;;) {
    const found = lanes.find((pid) => (statusOf(pid)?.processorSeconds ?? 0) > 1);
    if (found !== undefined) return found;
    assert.ok(
      lanes.some((pid) => statusOf(pid)),
      'no lane is left',
    );
    await sleep(20);
  }
}

/** The lanes that commands carry elsewhere, so many of which share a machine: the processes themselves, by their channel. */
export const carriedLanes = (sharing: number): number[] =>
  processes().flatMap(({ pid, command }) =>
    /^\S*node\s/.test(command) && command.includes(`lane.js objective --sharing=${sharing} `) ? [pid] : [],
  );

/** Those of them that compute, once two do. */
export async function carriedAndWorking({ child }: Running, sharing: number): Promise<number[]> {
  for (;;) {
    const busy = carriedLanes(sharing).filter((pid) => (statusOf(pid)?.processorSeconds ?? 0) > 1);
    if (busy.length === 2) return busy;
    assert.equal(child.exitCode, null, 'the command has ended already');
    await sleep(20);
  }
}
