import { counted } from '../wording/format-number';
import type { Failed, Standing } from './follow';

/** Where tasks stand, in a few words: `3 of 6 done, 2 running on n1, n2, 1 waiting (Priority)`. */
export function standingLine({ done, failed, queued }: Standing, total: number): string {
  const all = [...(queued?.values() ?? [])];
  const running = all.filter(({ state }) => state === 'running');
  const waiting = all.filter(({ state }) => state === 'waiting');
  const nodes = distinct(running.map(({ node }) => node));
  const reasons = distinct(waiting.map(({ reason }) => reason));
  return [
    `${done.length} of ${total} done`,
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(running.length > 0
      ? [`${running.length} running${nodes.length > 0 ? ` on ${shortened(nodes)}` : ''}`]
      : []),
    ...(waiting.length > 0
      ? [`${waiting.length} waiting${reasons.length > 0 ? ` (${shortened(reasons)})` : ''}`]
      : []),
    ...(queued ? [] : ['the scheduler does not answer']),
  ].join(', ');
}

const distinct = (words: readonly (string | undefined)[]): string[] => [
  ...new Set(words.filter((word) => word !== undefined)),
];

const MOST = 3;
const shortened = (words: readonly string[]): string =>
  words.slice(0, MOST).join(', ') + (words.length > MOST ? ', …' : '');

/** How a task ended, with the last lines of its log. */
export function failureText(
  { index, node, code }: Failed,
  label: string,
  tail: { readonly file: string; readonly lines: readonly string[] } | undefined,
): string {
  const how = code === undefined ? 'ended without a word' : `ended with exit code ${code}${meaningOf(code)}`;
  const where = node === undefined ? '' : ` on ${node}`;
  const log = tail ? ` (${tail.file}): ${tail.lines.join(' / ')}` : ', and has no log';
  return `Task ${index} (${label})${where} ${how}${log}`;
}

/** What `landscape task` means by its exit codes. */
export const TASK_CODES = { done: 0, fault: 1, mistake: 2, outOfTime: 75, cancelled: 130 } as const;

function meaningOf(code: number): string {
  if (code === TASK_CODES.outOfTime) return ', out of time: give it more ("time" of the profile)';
  if (code === 137) return ', killed: by hand, or for want of memory ("memory" of the profile)';
  return code === 0 ? ', and its result is not in the shared folder' : '';
}

/** `6 tasks`. */
export const tasksText = (count: number): string => counted(count, 'task');
