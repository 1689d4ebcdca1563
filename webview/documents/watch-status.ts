import type { PanelState } from '../../src/contract/panel-protocol';
import type { Progress } from '../../src/contract/progress';
import type { Watch } from '../../src/contract/watch';
import { withError } from '../../src/wording/format-number';
import { statusSentence } from '../../src/wording/watch-text';

type Job = PanelState['job'];

/** Nothing is being measured: there is no share of anything. */
export const isWaiting = ({ fraction, stage }: Progress): boolean =>
  fraction === 0 && stage === 'waiting for checkpoints';

/** Where a watch stands, in words of its own; undefined where those of any job will do. */
export function watchStatus({ status, endsAt }: Watch, job: Job): string | undefined {
  if (job.status === 'running') {
    if (!isWaiting(job.progress)) return undefined;
    const until = endsAt === undefined ? '' : `, until ${timeOf(endsAt)} if none comes`;
    return `Waiting for checkpoints${until}`;
  }
  if (job.status === 'failed' || job.status === 'queued') return undefined;
  return status === 'complete' ? 'Ended: nothing came' : 'Stopped';
}

/** What screen readers hear: what is noteworthy, else the last checkpoint; never the stages of each one. */
export function watchSaid({ checkpoints, events }: Watch, job: Job): string {
  const last = checkpoints.filter(({ status }) => status !== 'waiting').at(-1);
  if (!last) return job.status === 'running' ? 'Waiting for checkpoints' : job.status;
  const own = events.filter(({ id }) => id === last.id).map(({ text }) => text);
  const { file, figures } = last;
  if (own.length > 0) return own.join(' ');
  return figures
    ? `${file}: λ₁ = ${withError(figures.largest.value, figures.largest.errorBound)}`
    : statusSentence(last);
}

/** In the reader's own way of telling the time. */
const timeOf = (at: string): string =>
  new Date(at).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
