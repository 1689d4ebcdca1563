import { printable } from '../core/printable';
import { formatSeconds } from '../wording/format-number';
import { complain } from './print';
import { type ProgressDisplay, remainingText } from './progress-bar';

/** A line on stderr, where that is a terminal, that says what is being done or waited for, below what is printed. */
export interface StatusLine extends ProgressDisplay {
  /** Prints above it. */
  above(write: () => void): void;
  /** Until when it waits, by the clock, while it does. */
  waitUntil(time: number | undefined): void;
}

/** Wipes the line that the cursor is on. */
const WIPE = '\r\x1b[2K';

/** @param stream where it is drawn. */
export function statusLine(stream: NodeJS.WriteStream = process.stderr): StatusLine {
  if (!stream.isTTY)
    return {
      update: () => undefined,
      say: complain,
      stop: () => undefined,
      above: (write) => write(),
      waitUntil: () => undefined,
    };
  let text = '';
  let until: number | undefined;
  const draw = () => {
    const left = until === undefined ? undefined : Math.max(0, Math.round((until - Date.now()) / 1000));
    const ending = left === undefined ? '' : `, for ${formatSeconds(left)} more`;
    stream.write(WIPE + `${text}${ending}`.slice(0, Math.max(10, (stream.columns || 80) - 1)));
  };
  const above = (write: () => void) => {
    stream.write(WIPE);
    write();
    draw();
  };
  const ticking = setInterval(draw, 1000);
  ticking.unref();
  return {
    above,
    say: (sentence) => above(() => complain(sentence)),
    waitUntil: (time) => {
      until = time;
    },
    update: ({ stage, fraction, remainingSeconds }) => {
      const share = fraction > 0 ? `, ${Math.round(100 * fraction)} %` : '';
      text = printable(stage) + share + remainingText(remainingSeconds);
      draw();
    },
    stop: () => {
      clearInterval(ticking);
      stream.write(WIPE);
    },
  };
}
