import { SingleBar } from 'cli-progress';
import { formatSeconds } from '../shared/format-number';
import type { Progress } from '../shared/progress';

/** Shows progress on stderr when that is a terminal, else nothing. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  stop(): void;
}

/** A bar with stage and remaining time. */
export function progressDisplay(): ProgressDisplay {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: '{bar} {percentage} %  {stage}{remaining}',
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 24,
  });
  bar.start(100, 0, { stage: '', remaining: '' });
  return {
    update: ({ stage, fraction, remainingSeconds }) =>
      bar.update(Math.round(100 * fraction), {
        stage,
        remaining:
          remainingSeconds === undefined
            ? ''
            : `, about ${formatSeconds(Math.max(1, Math.round(remainingSeconds)))} left`,
      }),
    stop: () => bar.stop(),
  };
}
