import { SingleBar } from 'cli-progress';
import { printable } from '../core/printable';
import { complain } from './print';
import { formatCount, formatSeconds } from '../wording/format-number';
import type { Progress } from '../contract/progress';

/** Shows progress on stderr when that is a terminal, else nothing. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Shows behind it what has been found so far, in few words. */
  found?(figures: string): void;
  /** Prints a sentence beside it. */
  say(sentence: string): void;
  stop(): void;
}

/** A bar with stage, remaining time and what has been found so far. */
export function progressDisplay(): ProgressDisplay {
  if (!process.stderr.isTTY) return { update: () => undefined, say: complain, stop: () => undefined };
  const bar = new SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // What does not fit into the line is cut off.
    format: '{bar} {percentage} %  {stage}{remaining}{found}',
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 24,
  });
  const start = () => bar.start(100, 0, { stage: '', remaining: '', found: '' });
  let figures = '';
  start();
  const say = (sentence: string) => {
    // The bar is wiped away, and goes on below the line.
    bar.stop();
    complain(sentence);
    start();
  };
  return {
    say,
    found: (text) => (figures = text === '' ? '' : `  (${text})`),
    update: ({ stage, fraction, remainingSeconds, estimate }) => {
      if (estimate) say(estimateLine(estimate));
      bar.update(Math.round(100 * fraction), {
        stage: printable(stage),
        remaining: remainingText(remainingSeconds),
        found: figures,
      });
    },
    stop: () => bar.stop(),
  };
}

/** `, about 3 min left`, where that is known. */
export const remainingText = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `, about ${formatSeconds(Math.max(1, Math.round(seconds)))} left`;

/** `About 3 min for 480 Hessian-vector products.` */
export const estimateLine = ({ seconds, count, unit }: NonNullable<Progress['estimate']>): string =>
  `About ${formatSeconds(Math.max(1, Math.round(seconds)))} for ${formatCount(count)} ${unit}.`;
