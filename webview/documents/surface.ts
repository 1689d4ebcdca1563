import type { Picture, Surface } from '../../src/contract/surface';
import { formatNumber } from '../../src/wording/format-number';
import { howWellBriefly } from '../../src/wording/interpretation/of-surface';
import type { Context } from '../context';
import { choice } from '../controls';
import { h, replace } from '../dom';
import { contourPlot } from '../plots/contours';
import type { Figure } from '../plots/figure';
import { type PlotFrame, plotFrame } from '../plots/frame';
import { USUAL_VIEW, type View } from '../relief/camera';
import { type ReliefFrame, reliefFrame } from '../relief/frame';
import type { DocumentPart } from './part';

/** About as high as wide, with room for axes. */
const heightIn = (width: number): number => Math.min(460, Math.max(280, Math.round(width) + 20));

/** What a picture can show; the loss on the training rows is what was refined. */
const FIGURES: readonly (Figure & { readonly value: string; readonly label: string })[] = [
  { value: 'train', label: 'Training loss', figure: 'loss', split: 'train' },
  { value: 'test', label: 'Test loss', figure: 'loss', split: 'test' },
  { value: 'train-accuracy', label: 'Training accuracy', figure: 'accuracy', split: 'train' },
  { value: 'test-accuracy', label: 'Test accuracy', figure: 'accuracy', split: 'test' },
];

/** How it can be seen. */
const WAYS = [
  { value: 'contours', label: 'As contours' },
  { value: 'surface', label: 'As a surface' },
] as const;

/** Pictures of the landscape, alike and side by side where there are several, with what they show in words. */
export function surfacePart(context: Context): DocumentPart<Surface> {
  const { ui } = context;
  const chosen = (key: string) => (value: string) => {
    ui.set(key, value);
    draw();
  };
  const figures = choice('Show', chosen('surface.figure'));
  const ways = choice('Draw', chosen('surface.way'));
  const findings = h('ul', { class: 'findings', 'data-testid': 'surface-findings' });
  const grid = h('div', { class: 'pictures' }, findings);
  const element = h(
    'div',
    { class: 'part' },
    h('div', { class: 'choices' }, figures.element, ways.element),
    grid,
  );
  const put = (frame: { readonly element: HTMLElement }) => grid.insertBefore(frame.element, findings);
  const contours = contourFrames(context, put);
  const reliefs = reliefFrames(context, put);
  let last: Surface | undefined;

  function draw(): void {
    if (!last) return;
    const { pictures } = last;
    const offered = FIGURES.filter(({ figure, split }) => pictures[0]?.[figure]?.[split] !== undefined);
    const kept = ui.get('surface.figure', 'train');
    const shown = offered.find(({ value }) => value === kept) ?? offered[0];
    if (!shown) return;
    figures.set(
      offered.map(({ value, label }) => ({ value, label })),
      shown.value,
    );
    const raised = ui.get<string>('surface.way', 'contours') === 'surface' && reliefs.show(last, shown);
    ways.set(WAYS, raised ? 'surface' : 'contours');
    if (!raised) contours.show(last, shown);
    reliefs.hide(!raised);
    contours.hide(raised);
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

type Put = (frame: { readonly element: HTMLElement }) => void;

/** The pictures as contours. */
function contourFrames(context: Context, put: Put) {
  const frames: PlotFrame[] = [];
  return {
    show({ pictures, levels }: Surface, shown: Figure): void {
      while (frames.length < pictures.length) {
        const i = frames.length;
        frames.push(plotFrame(context, `surface-${i}`, titleOf(pictures, i), heightIn));
        put(frames[i]);
      }
      pictures.forEach((picture, i) =>
        frames[i].update({
          settings: settingsOf(picture, levels),
          draw: (size) => contourPlot(picture, levels, shown, size),
        }),
      );
    },
    hide: (hidden: boolean) => hideAll(frames, hidden),
  };
}

/** The pictures as surfaces, all seen from one side. */
function reliefFrames(context: Context, put: Put) {
  const frames: ReliefFrame[] = [];
  let view = context.ui.get('surface.view', USUAL_VIEW);
  function onTurn(next: View): void {
    view = next;
    context.ui.set('surface.view', next);
    for (const frame of frames) frame.see(next);
  }
  return {
    /** False where the browser draws none. */
    show({ pictures, levels }: Surface, shown: Figure): boolean {
      while (frames.length < pictures.length) {
        const frame = reliefFrame(context, {
          id: `relief-${frames.length}`,
          heightIn,
          view,
          onTurn,
        });
        if (!frame) return false;
        frames.push(frame);
        put(frame);
      }
      pictures.forEach((picture, i) =>
        frames[i].update({
          title: titleOf(pictures, i),
          settings: `${howWellBriefly(picture)} · drag or arrow keys turn it`,
          picture,
          levels,
          raised: shown,
        }),
      );
      return true;
    },
    hide: (hidden: boolean) => hideAll(frames, hidden),
  };
}

function hideAll(frames: readonly { readonly element: HTMLElement }[], hidden: boolean): void {
  for (const { element } of frames) element.hidden = hidden;
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
