import { contours } from 'd3-contour';
import type { Picture, Surface } from '../../src/contract/surface';
import { formatNumber } from '../../src/wording/format-number';
import { type Frame, axisTitles, linearTicks, xAxis, yAxis } from './axes';
import { pictureReadings } from './contour-readings';
import { type Figure, figureName } from './figure';
import { placeLabels } from './labels';
import { landmarks } from './landmarks';
import type { Plot, PlotSize } from './plot';
import { type Places, placesIn, ring, squareFrame } from './plane-places';
import { quadraticLines } from './quadratic-lines';
import { SHADES } from './shade-scale';
import { element, picture as svgPicture, round } from './svg';

/** Filled contours of one picture of the landscape, with what is known of it drawn on top. */
export function contourPlot(
  picture: Picture,
  levels: Surface['levels'],
  shown: Figure,
  size: PlotSize,
): Plot {
  const { figure, split } = shown;
  const values = picture[figure]?.[split] ?? [];
  const drawn = figure === 'loss' ? levels.values : SHARES;
  const frame = squareFrame(picture, size);
  const places = placesIn(frame, picture);
  const bands = bandsOf(values, picture.side, drawn);
  const [x, y] = picture.axes;
  const id = `clip-${figure}-${split}-${picture.label.replaceAll(/[^\w-]/g, '-')}`;
  return {
    svg: svgPicture(
      size.width,
      size.height,
      clip(id, frame),
      xAxis(frame, places.x, linearTicks([x.from, x.to], frame.right - frame.left, 60)),
      yAxis(frame, places.y, linearTicks([y.from, y.to], frame.bottom - frame.top, 40)),
      element(
        'g',
        { 'clip-path': `url(#${id})` },
        ground(frame),
        ...bands.map((band) => bandPath(band, places)),
        ...hatching(picture, places),
        ...(figure === 'loss' && split === 'train' ? quadraticLines(picture, drawn, places) : []),
      ),
      outline(frame),
      axisTitles(frame, x.label, y.label),
      labelsOf(bands, frame, places, figure),
      ...landmarks(picture, frame, places),
    ),
    ...pictureReadings(picture, (column, row) => ({ x: places.column(column), y: places.row(row) })),
    label: `Contours of the ${figureName(shown)} over ${x.label} and ${y.label}.`,
  };
}

/** Levels of an accuracy. */
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

interface Band {
  readonly level: number;
  /** From 0 at the lowest to 1 at the highest. */
  readonly share: number;
  /** Rings in node coordinates. */
  readonly rings: readonly (readonly (readonly number[])[])[];
}

/** What lies at or above each level. Walls are above all. */
function bandsOf(values: readonly (number | null)[], side: number, levels: readonly number[]): Band[] {
  const top = levels[levels.length - 1];
  const wall = top + Math.abs(top) + 1;
  const filled = values.map((value) => (value === null ? wall : Math.min(value, wall)));
  return contours()
    .size([side, side])
    .thresholds([...levels])(filled)
    .map(({ value, coordinates }, i) => ({
      level: value,
      share: levels.length < 2 ? 1 : i / (levels.length - 1),
      rings: coordinates.flat(),
    }));
}

/** One band: its ground covers those below it, its edge is the contour line. */
function bandPath({ share, rings }: Band, places: Places): string {
  return element('path', {
    // The editor's page takes no style of an element's own: shades are classes.
    class: `contour shade-${Math.round(SHADES * share)}`,
    d: rings.map((each) => ring(each, places)).join(''),
  });
}

const ground = ({ left, right, top, bottom }: Frame): string =>
  element('rect', { class: 'valley', x: left, y: top, width: right - left, height: bottom - top });

const outline = ({ left, right, top, bottom }: Frame): string =>
  element('rect', { class: 'outline', x: left, y: top, width: right - left, height: bottom - top });

const clip = (id: string, { left, right, top, bottom }: Frame): string =>
  element(
    'clipPath',
    { id },
    element('rect', { x: left, y: top, width: right - left, height: bottom - top }),
  );

/** Strokes over the nodes that may be off by more than was allowed. */
function hatching({ unresolved, side }: Picture, places: Places): string[] {
  if (unresolved.length === 0) return [];
  const d = unresolved
    .map((node) => {
      const [x, y] = [places.column(node % side), places.row(Math.floor(node / side))];
      return `M${round(x - 2)} ${round(y + 2)}l4 -4`;
    })
    .join('');
  return [element('path', { class: 'unresolved', d })];
}

/** At the top of the longest ring of every other line, where there is room. */
function labelsOf(bands: readonly Band[], frame: Frame, places: Places, figure: Figure['figure']): string {
  const labels = bands.flatMap(({ level, rings }) => {
    const longest = rings.reduce<Band['rings'][number]>((a, b) => (b.length > a.length ? b : a), []);
    const inside = longest
      .map(([column, row]) => ({ x: places.column(column - 0.5), y: places.row(row - 0.5) }))
      .filter(
        ({ x, y }) =>
          x > frame.left + 20 && x < frame.right - 20 && y > frame.top + 12 && y < frame.bottom - 8,
      );
    if (inside.length === 0) return [];
    const { x, y } = inside.reduce((a, b) => (b.y < a.y ? b : a));
    const text = figure === 'loss' ? formatNumber(level, 2) : `${Math.round(100 * level)} %`;
    return [{ x, y: y + 3.5, text, className: 'mark level' }];
  });
  return placeLabels(labels, frame, []);
}
