import { createHash } from 'node:crypto';
import { readPlainText } from '../../files/plain-file';
import { writeEntry } from '../../settings/atomic-write';

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
  try {
    const [head, text] = (await readPlainText(file, MOST_BYTES)).split('\n');
    const { key: of, sha256: sum } = JSON.parse(head) as { key?: unknown; sha256?: unknown };
    return of === key && sum === sha256(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
