import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { UserError } from '../../src/core/errors';
import { mutated } from './mutations';
import { SUBJECTS, type Subject, contentOf, prepare } from './subjects';
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
  const sound = contentOf(subject, name);
  const path = join(own, basename(name));
  writeFileSync(path, sound);
  const made = { subject, sound, path, found: await fingerprint(subject, path) };
  ready.set(name, made);
  return made;
}

/** What a runtime says of a program's own mistake, which is no sentence for a person. */
const OUR_OWN =
  /Cannot (read propert|set propert|convert|destructure|mix)|\[object |is not (a function|iterable|defined)/;

type Verdict = Pick<Outcome, 'kind' | 'detail'>;

async function verdictOf({ subject, sound, path, found }: Ready, seed: number): Promise<Verdict> {
  const { bytes, resealed } = mutated(basename(path), sound, seed);
  writeFileSync(path, bytes);
  try {
    const isSame = (await fingerprint(subject, path)) === found;
    if (!isSame && subject.isSealed && !resealed)
      return { kind: 'fault', detail: 'accepted with other contents, though its checksums could have told' };
    return { kind: isSame ? 'same' : 'other', detail: '' };
  } catch (error) {
    if (error instanceof UserError && !OUR_OWN.test(error.message))
      return { kind: 'refused', detail: error.message };
    return { kind: 'fault', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function outcomeOf(wanted: Case): Promise<Outcome> {
  const own = await readyFor(wanted.subject);
  startPeak();
  const before = process.cpuUsage();
  const verdict = await verdictOf(own, wanted.seed);
  const { user, system } = process.cpuUsage(before);
  return { ...wanted, ...verdict, seconds: (user + system) / 1e6, bytes: mostBytesOf() };
}

process.on('message', (message: Case) => {
  void outcomeOf(message).then((outcome) => process.send?.(outcome));
});
process.on('disconnect', () => process.exit(0));
