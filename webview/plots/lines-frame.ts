import type { Context } from '../context';
import { plotFrame } from './frame';
import { type LineSeries, type LinesOptions, linesPlot } from './lines';

export interface LinesFrame {
  readonly element: HTMLElement;
  /** Draws these; hides the frame where there are none. */
  show(lines: readonly LineSeries[], settings: string, options: LinesOptions): void;
}

/** A frame whose picture is curves. `id` is unique on the page. */
export function linesFrame(context: Context, id: string, title: string, height: number): LinesFrame {
  const frame = plotFrame(context, id, title, height);
  return {
    element: frame.element,
    show(lines, settings, options) {
      frame.element.hidden = lines.length === 0;
      frame.update({ settings, draw: (size) => linesPlot(lines, size, id, options) });
    },
  };
}
