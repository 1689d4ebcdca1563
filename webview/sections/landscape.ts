import type { ReportPicture } from '../../src/contract/picture';
import { howWellBriefly } from '../../src/wording/interpretation/of-surface';
import { type Context, type Section, isBusy } from '../context';
import { button } from '../controls';
import { h, onChange } from '../dom';
import { contourPlot } from '../plots/contours';
import { plotFrame } from '../plots/frame';

/** About as high as wide, with room for axes. */
const heightIn = (width: number): number => Math.min(380, Math.max(270, Math.round(width) - 10));

/** Said where the picture will stand: it needs the directions that are measured before it. */
const WAITING = 'Drawn at the end, over the two sharpest directions.';

/** The picture of the landscape that a report carries: a click, or the button under it, draws the full one. */
export function landscapeSection(context: Context): Section {
  const { host } = context;
  const frame = plotFrame(context, 'landscape', 'The landscape', heightIn);
  const open = () => host.post({ type: 'openLandscape' });
  const full = button('Draw It in Full', {
    appearance: 'secondary',
    testId: 'open-landscape',
    onClick: open,
  });
  // The picture takes the place of these words.
  frame.element.querySelector('.drawing')?.append(h('p', { class: 'foot' }, WAITING));
  const element = h(
    'div',
    { class: 'landscape', 'data-testid': 'landscape', hidden: true },
    frame.element,
    host.interactive && full,
  );
  if (host.interactive) {
    const stage = frame.element.querySelector('.stage');
    stage?.classList.add('opens');
    stage?.addEventListener('click', open);
  }
  const show = onChange((found: ReportPicture | undefined) => {
    full.hidden = found === undefined;
    if (found)
      frame.update({
        settings: howWellBriefly(found.picture),
        draw: (size) => contourPlot(found.picture, found.levels, { figure: 'loss', split: 'train' }, size),
      });
  });
  return {
    element,
    update(state) {
      const { report } = state;
      // Its place is held from the start, so that nothing moves when it comes.
      element.hidden = !report?.picture && !(isBusy(state) && report?.settings.picture === true);
      show(report?.picture);
    },
  };
}
