import { createHash } from 'node:crypto';
import { readPlainText } from '../files/plain-file';
import { writeEntry } from './atomic-write';

/** More than any result that is kept. */
const MOST_BYTES = 2 ** 28;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Keeps a document under a key: a line that says of what it is and has its checksum, then the document.
 * @throws UserError where it cannot be written.
 */
export async function writeKept(file: string, key: string, document: unknown): Promise<void> {
  const text = JSON.stringify(document);
  await writeEntry(file, `${JSON.stringify({ key, sha256: sha256(text) })}\n${text}\n`);
}

/** The document kept under this key; undefined where there is none, or it is damaged or another's. Never waits on a pipe. */
export async function readKept(file: string, key: string): Promise<unknown> {
  const kept = await openKept(file);
  return kept?.key === key ? kept.document : undefined;
}

/** What is kept in a file, and of what it is; undefined where it is damaged or nothing of ours. */
export async function openKept(
  file: string,
): Promise<{ readonly key: unknown; readonly document: unknown } | undefined> {
  try {
    const [head, text] = (await readPlainText(file, MOST_BYTES)).split('\n');
    const { key, sha256: sum } = JSON.parse(head) as { key?: unknown; sha256?: unknown };
    return sum === sha256(text) ? { key, document: JSON.parse(text) as unknown } : undefined;
  } catch {
    return undefined;
  }
}
