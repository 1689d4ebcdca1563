import path from 'node:path';
import { isDocument, keyOf, type Asked } from '../jobs/job';
import { otherOf, type AnyRequest } from '../store/report-store';

/** What a panel of figures is about: a request, or a report file that somebody opened. */
export type AboutReport = AnyRequest | string;

/** What any panel is about: that, or a document. */
export type About = Asked | string;

/**
 * The checkpoint that a panel is about, and the second one of an interpolation. A report file names them from its folder.
 * @throws UserError when the report file cannot be read.
 */
export async function checkpointsOf(about: AboutReport): Promise<readonly [string, string | undefined]> {
  if (typeof about === 'object') return [about.checkpoint, otherOf(about)];
  const { readReport } = await import('../store/read-report');
  const { checkpoint, other } = await readReport(about);
  const whole = (file: string) => path.resolve(path.dirname(about), file);
  return [whole(checkpoint.path), other && whole(other.path)];
}

/** Equal for what has one panel. */
export const keyOfPanel = (about: About): string => (typeof about === 'string' ? about : keyOf(about));

/** What a panel needs to open again, as the text that its webview keeps and `restore.ts` reads. */
export function restoreText(about: About): string {
  if (typeof about === 'string') return JSON.stringify({ file: about });
  return JSON.stringify(isDocument(about) ? about.request : { request: about });
}
