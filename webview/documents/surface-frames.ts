import type { Picture, Surface } from '../../src/contract/surface';
import { formatNumber } from '../../src/wording/format-number';
import { howWellBriefly } from '../../src/wording/interpretation/of-surface';
import type { Context } from '../context';
import { MOST_BASINS, basinTree } from '../plots/basin-tree';
import { contourPlot } from '../plots/contours';
import type { Figure } from '../plots/figure';
import { type PlotContent, type PlotFrame, plotFrame } from '../plots/frame';

/** About as high as wide, with room for axes. */
export const heightIn = (width: number): number => Math.min(460, Math.max(280, Math.round(width) + 20));
const TREE_HEIGHT = 300;

export type Put = (frame: { readonly element: HTMLElement }) => void;

/** The pictures as contours. */
export const contourFrames = (context: Context, put: Put) =>
  pictureFrames(context, { id: 'surface', put }, (picture, levels, shown) => ({
    settings: settingsOf(picture, levels),
    draw: (size) => contourPlot(picture, levels, shown, size),
  }));

/** A frame for each picture, with what `contentOf` draws of it. */
export function pictureFrames(
  context: Context,
  { id, put }: { readonly id: string; readonly put: Put },
  contentOf: (picture: Picture, levels: Surface['levels'], shown: Figure) => PlotContent,
) {
  const frames: PlotFrame[] = [];
  return {
    show({ pictures, levels }: Surface, shown: Figure): void {
      while (frames.length < pictures.length) {
        const i = frames.length;
        frames.push(plotFrame(context, `${id}-${i}`, titleOf(pictures, i), heightIn));
        put(frames[i]);
      }
      pictures.forEach((picture, i) => frames[i].update(contentOf(picture, levels, shown)));
    },
    hide: (hidden: boolean) => hideAll(frames, hidden),
  };
}

/** Beside pictures with several basins, which of them join. */
export function treeFrames(context: Context, put: Put) {
  const frames = new Map<number, PlotFrame>();
  return {
    show({ pictures, levels }: Surface): void {
      for (const [i, picture] of pictures.entries()) {
        const { basins } = picture;
        let frame = frames.get(i);
        if (frame) frame.element.hidden = basins.length < 2;
        if (basins.length < 2) continue;
        if (!frame) {
          const title = pictures.length > 1 ? `${picture.label}: basins` : 'Which basins join';
          frame = plotFrame(context, `basins-${i}`, title, TREE_HEIGHT);
          frames.set(i, frame);
          put(frame);
        }
        const few = basins.length > MOST_BASINS ? `the ${MOST_BASINS} deepest of ${basins.length} · ` : '';
        frame.update({
          settings: `${few}each from its floor to the loss over which it joins a deeper one`,
          draw: (size) => basinTree(picture, levels, size),
        });
      }
    },
  };
}

export function hideAll(frames: readonly { readonly element: HTMLElement }[], hidden: boolean): void {
  for (const { element } of frames) element.hidden = hidden;
}

export const titleOf = (pictures: readonly Picture[], i: number): string =>
  pictures.length > 1 ? pictures[i].label : 'The landscape';

/** How it was drawn and how far it may be off, then what its lines are. */
function settingsOf(picture: Picture, { kind, values }: Surface['levels']): string {
  const lines =
    kind === 'linear'
      ? `a line every ${formatNumber(values[1] - values[0], 3)}`
      : `lines by equal ratios from ${formatNumber(values[0], 2)} to ${formatNumber(values[values.length - 1], 2)}`;
  const [xx, xy, yy] = picture.quadratic.curvatures;
  const isBowl = xx > 0 && xx * yy > xy * xy;
  const counts = [...new Set(picture.path?.averages.map(({ last }) => last))].join(' and ');
  return [
    howWellBriefly(picture),
    lines,
    ...(isBowl ? ['dashed: what the Hessian foretells'] : []),
    ...(counts === '' ? [] : [`diamonds: means of the last ${counts} checkpoints`]),
  ].join(' · ');
}
