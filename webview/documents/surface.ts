import type { Surface } from '../../src/contract/surface';
import type { Context } from '../context';
import { choice } from '../controls';
import { h, replace } from '../dom';
import type { Figure } from '../plots/figure';
import { mapFrames } from './map-frames';
import type { DocumentPart } from './part';
import { pathCharts } from './path-charts';
import { raisedFrames } from './raised-frames';
import { contourFrames, treeFrames } from './surface-frames';

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
  const along = pathCharts(context);
  const element = h(
    'div',
    { class: 'part' },
    h('div', { class: 'choices' }, figures.element, ways.element),
    grid,
    along.element,
  );
  // Pictures come first, whichever way they are drawn; then maps of their sharpness and the trees of their basins.
  const [sharpness, joined] = [h('div', { class: 'joined' }), h('div', { class: 'joined' })];
  findings.before(sharpness, joined);
  const put = (frame: { readonly element: HTMLElement }) => sharpness.before(frame.element);
  const contours = contourFrames(context, put);
  const raised = raisedFrames(context, put, () => draw());
  const maps = mapFrames(context, (frame) => sharpness.append(frame.element));
  const trees = treeFrames(context, (frame) => joined.append(frame.element));
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
    const isRaised = ui.get<string>('surface.way', 'contours') === 'surface';
    const state = isRaised ? raised.show(last, shown) : raised.hide();
    ways.set(WAYS, isRaised && state !== 'failed' ? 'surface' : 'contours');
    // While the script of surfaces is on its way, what was seen before stays.
    if (state !== 'loading') {
      if (state !== 'drawn') contours.show(last, shown);
      contours.hide(state === 'drawn');
    }
    maps.show(last);
    trees.show(last);
  }

  return {
    element,
    update(surface) {
      last = surface;
      draw();
      along.update(surface.pictures[0]);
      replace(findings, ...surface.findings.map((finding) => h('li', {}, finding)));
    },
  };
}
