import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { UserError } from '../../src/core/errors';
import { mutated } from './mutations';
import type { Subject } from './subject';
import { SUBJECTS, contentOf, prepare, readContents, readData, readNetwork } from './subjects';
import { HOSTILE } from './hostile/table';
import type { Hostile } from './hostile/hostile';
import { mostBytesOf, startPeak } from './usage';

/** One case: which file, damaged how. */
export interface Case {
  /** The name in {@link SUBJECTS}, so that a case stays the same when others come. */
  readonly subject: string;
  readonly seed: number;
}

/** What became of a case. */
export interface Outcome extends Case {
  readonly kind: 'refused' | 'same' | 'other' | 'fault';
  readonly detail: string;
  /** Processor time, in seconds. */
  readonly seconds: number;
  /** The most that the process held meanwhile; undefined where the system does not say. */
  readonly bytes: number | undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'landscape-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A subject in a folder of its own, with the hash of what it gives when it is sound. */
interface Ready {
  readonly subject: Subject;
  readonly sound: Uint8Array;
  readonly path: string;
  readonly found: string;
}

const ready = new Map<string, Ready>();

async function fingerprint(subject: Subject, path: string): Promise<string> {
  const found = await subject.read(path);
  return createHash('sha256').update(JSON.stringify(found)).digest('hex');
}

async function readyFor(name: string): Promise<Ready> {
  const known = ready.get(name);
  if (known) return known;
  const subject = SUBJECTS.get(name);
  if (!subject) throw new Error(`There is no subject ${name}.`);
  const own = join(folder, String(ready.size));
  mkdirSync(own);
  prepare(subject, own);
  // A copy, and no Buffer: of that a slice is a view, and each case would damage what the next one starts from.
  const sound = new Uint8Array(contentOf(subject, name));
  const path = join(own, basename(name));
  writeFileSync(path, sound);
  const made = { subject, sound, path, found: await fingerprint(subject, path) };
  ready.set(name, made);
  return made;
}

/** What a runtime says of a program's own mistake, which is no sentence for a person. */
const OUR_OWN =
  /Cannot (read propert|set propert|convert|destructure|mix)|\[object |is not (a function|iterable|defined)/;

/** What became of a reading; with its processor seconds where it was one of several. */
type Verdict = Pick<Outcome, 'kind' | 'detail'> & Partial<Pick<Outcome, 'seconds'>>;

async function verdictOf({ subject, sound, path, found }: Ready, seed: number): Promise<Verdict> {
  const { bytes, resealed } = mutated(basename(path), sound, seed);
  writeFileSync(path, bytes);
  try {
    const isSame = (await fingerprint(subject, path)) === found;
    if (!isSame && subject.isSealed && !resealed)
      return { kind: 'fault', detail: 'accepted with other contents, though its checksums could have told' };
    return { kind: isSame ? 'same' : 'other', detail: '' };
  } catch (error) {
    return verdictOfError(error);
  }
}

function verdictOfError(error: unknown): Verdict {
  if (error instanceof UserError && !OUR_OWN.test(error.message))
    return { kind: 'refused', detail: error.message };
  return { kind: 'fault', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** What a file made to do harm ends in as a checkpoint; as data and by `show` it does no harm either. */
async function verdictOfHostile(path: string, { ends }: Hostile): Promise<Verdict> {
  const verdict = await ended(() => readNetwork(path));
  if (verdict.kind === 'fault') return verdict;
  let { seconds } = verdict;
  for (const read of [readContents, readData()]) {
    const other = await ended(() => read(path));
    if (other.kind === 'fault') return other;
    seconds = Math.max(seconds, other.seconds);
  }
  const isAsSaid = ends === 'read' ? verdict.kind === 'other' : ends.test(verdict.detail);
  return isAsSaid
    ? { ...verdict, seconds }
    : {
        kind: 'fault',
        detail: `ends otherwise than by ${String(ends)}: ${verdict.kind} ${verdict.detail.slice(0, 300)}`,
      };
}

async function ended(read: () => Promise<unknown>): Promise<Required<Verdict>> {
  const before = process.cpuUsage();
  const verdict = await read().then(() => ({ kind: 'other', detail: '' }) as const, verdictOfError);
  return { ...verdict, seconds: secondsSince(before) };
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** A hostile file in a folder of its own; gives its path. */
function place({ file, bytes, beside }: Hostile): string {
  const own = mkdtempSync(join(folder, 'hostile-'));
  writeFileSync(join(own, file), bytes());
  beside?.(own);
  return join(own, file);
}

/** Gets ready what a case needs, and gives how it is done. */
async function prepared({ subject, seed }: Case): Promise<() => Promise<Verdict>> {
  const hostile = HOSTILE.get(subject);
  if (hostile) {
    const path = place(hostile);
    // What making it took is no reader's.
    globalThis.gc?.();
    return () => verdictOfHostile(path, hostile);
  }
  const own = await readyFor(subject);
  return () => verdictOf(own, seed);
}

async function outcomeOf(wanted: Case): Promise<Outcome> {
  const judge = await prepared(wanted);
  startPeak();
  const before = process.cpuUsage();
  const verdict = await judge();
  return { ...wanted, seconds: secondsSince(before), ...verdict, bytes: mostBytesOf() };
}

process.on('message', (message: Case) => {
  void outcomeOf(message).then((outcome) => process.send?.(outcome));
});
process.on('disconnect', () => process.exit(0));
