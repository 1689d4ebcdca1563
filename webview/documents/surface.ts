import type { Picture, Surface } from '../../src/contract/surface';
import { formatNumber } from '../../src/wording/format-number';
import { howWellBriefly } from '../../src/wording/interpretation/of-surface';
import type { Context } from '../context';
import { choice } from '../controls';
import { h, replace } from '../dom';
import { type ContourOptions, contourPlot } from '../plots/contours';
import { type PlotFrame, plotFrame } from '../plots/frame';
import type { DocumentPart } from './part';

const HEIGHT = 460;

/** What a picture can show; the loss on the training rows is what was refined. */
const FIGURES: readonly (ContourOptions & { readonly value: string; readonly label: string })[] = [
  { value: 'train', label: 'Training loss', figure: 'loss', split: 'train' },
  { value: 'test', label: 'Test loss', figure: 'loss', split: 'test' },
  { value: 'train-accuracy', label: 'Training accuracy', figure: 'accuracy', split: 'train' },
  { value: 'test-accuracy', label: 'Test accuracy', figure: 'accuracy', split: 'test' },
];

/** Pictures of the landscape, alike and side by side where there are several, with what they show in words. */
export function surfacePart(context: Context): DocumentPart<Surface> {
  const { ui } = context;
  const figures = choice('Show', (value) => {
    ui.set('surface.figure', value);
    draw();
  });
  const findings = h('ul', { class: 'findings', 'data-testid': 'surface-findings' });
  const frames: PlotFrame[] = [];
  const grid = h('div', { class: 'pictures' }, findings);
  const element = h('div', { class: 'part' }, h('div', { class: 'choices' }, figures.element), grid);
  let last: Surface | undefined;

  function draw(): void {
    if (!last) return;
    const { pictures, levels } = last;
    const offered = FIGURES.filter(({ figure, split }) => pictures[0]?.[figure]?.[split] !== undefined);
    const kept = ui.get('surface.figure', 'train');
    const shown = offered.find(({ value }) => value === kept) ?? offered[0];
    if (!shown) return;
    figures.set(
      offered.map(({ value, label }) => ({ value, label })),
      shown.value,
    );
    while (frames.length < pictures.length) {
      const frame = plotFrame(context, `surface-${frames.length}`, titleOf(pictures, frames.length), HEIGHT);
      frames.push(frame);
      grid.insertBefore(frame.element, findings);
    }
    pictures.forEach((picture, i) =>
      frames[i].update({
        settings: settingsOf(picture, levels),
        draw: (size) => contourPlot(picture, levels, shown, size),
      }),
    );
  }

  return {
    element,
    update(surface) {
      last = surface;
      draw();
      replace(findings, ...surface.findings.map((finding) => h('li', {}, finding)));
    },
  };
}

const titleOf = (pictures: readonly Picture[], i: number): string =>
  pictures.length > 1 ? pictures[i].label : 'The landscape';

/** How it was drawn and how far it may be off, then what its lines are. */
function settingsOf(picture: Picture, { kind, values }: Surface['levels']): string {
  const lines =
    kind === 'linear'
      ? `a line every ${formatNumber(values[1] - values[0], 3)}`
      : `lines by equal ratios from ${formatNumber(values[0], 2)} to ${formatNumber(values[values.length - 1], 2)}`;
  const [xx, xy, yy] = picture.quadratic.curvatures;
  const isBowl = xx > 0 && xx * yy > xy * xy;
  return [howWellBriefly(picture), lines, ...(isBowl ? ['dashed: what the Hessian foretells'] : [])].join(
    ' · ',
  );
}
