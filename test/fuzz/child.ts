import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { UserError } from '../../src/core/errors';
import { mutated } from './mutations';
import { SUBJECTS, prepare } from './subjects';

/** One case: which file, damaged how. */
export interface Case {
  readonly subject: number;
  readonly seed: number;
}

/** What became of a case. */
export interface Outcome extends Case {
  readonly kind: 'refused' | 'same' | 'other' | 'fault';
  readonly detail: string;
}

const folder = mkdtempSync(join(tmpdir(), 'landscape-fuzz-'));

const texts = new Map<number, string>();

/** What a subject gives, as a hash. */
async function fingerprint(index: number, path: string): Promise<string> {
  const found = await SUBJECTS[index].read(path);
  return createHash('sha256').update(JSON.stringify(found)).digest('hex');
}

async function outcomeOf({ subject: index, seed }: Case): Promise<Omit<Outcome, keyof Case>> {
  const subject = SUBJECTS[index];
  const sound = subject.content?.() ?? new Uint8Array(readFileSync(subject.file));
  const path = join(folder, basename(subject.file));
  if (!texts.has(index)) {
    prepare(subject, folder);
    writeFileSync(path, sound);
    texts.set(index, await fingerprint(index, path));
  }
  const { bytes, resealed } = mutated(basename(subject.file), sound, seed);
  writeFileSync(path, bytes);
  try {
    const isSame = (await fingerprint(index, path)) === texts.get(index);
    if (!isSame && subject.isSealed && !resealed)
      return { kind: 'fault', detail: 'accepted with other contents, though its checksums could have told' };
    return { kind: isSame ? 'same' : 'other', detail: '' };
  } catch (error) {
    if (
      error instanceof UserError &&
      !/Cannot read properties|\[object |is not a function/.test(error.message)
    )
      return { kind: 'refused', detail: error.message };
    return { kind: 'fault', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', (message: Case) => {
  void outcomeOf(message).then((outcome) => process.send?.({ ...message, ...outcome }));
});
process.on('disconnect', () => process.exit(0));
