import path from 'node:path';
import { otherOf, type AnyRequest } from '../store/report-store';

/** What a panel is about: a request, or a report file that somebody opened. */
export type About = AnyRequest | string;

/**
 * The checkpoint that a panel is about, and the second one of an interpolation. A report file names them from its folder.
 * @throws UserError when the report file cannot be read.
 */
export async function checkpointsOf(about: About): Promise<readonly [string, string | undefined]> {
  if (typeof about === 'object') return [about.checkpoint, otherOf(about)];
  const { readReport } = await import('../store/read-report');
  const { checkpoint, other } = await readReport(about);
  const whole = (file: string) => path.resolve(path.dirname(about), file);
  return [whole(checkpoint.path), other && whole(other.path)];
}
