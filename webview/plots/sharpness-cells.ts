import type { SharpnessMap, SharpnessPlace } from '../../src/contract/sharpness-map';
import type { Picture } from '../../src/contract/surface';
import { formatNumber } from '../../src/wording/format-number';
import { nodeAt } from '../../src/wording/picture-nodes';
import { SHARPNESS_COLUMNS, type SharpnessFigure, placesByNode } from '../../src/wording/sharpness';
import { type Frame, axisTitles, linearTicks, xAxis, yAxis } from './axes';
import { landmarks } from './landmarks';
import type { Plot, PlotSize } from './plot';
import { type Places, placesIn, squareFrame } from './plane-places';
import type { ShadeScale } from './shade-scale';
import { sharpnessLines } from './sharpness-lines';
import { element, line, picture as svgPicture, round, text } from './svg';

/** A picture that has a map. */
export type MappedPicture = Picture & { readonly sharpness: SharpnessMap };

/** One figure of a map of sharpness: a cell a place, with its number where there is room and its error as a line. */
export function sharpnessCells(
  picture: MappedPicture,
  figure: SharpnessFigure,
  scale: ShadeScale,
  size: PlotSize,
): Plot {
  const { axes, sharpness } = picture;
  const { side } = sharpness;
  // A cell reaches half a step beyond its place, at the edges too.
  const [x, y] = axes.map((axis) => {
    const half = (axis.to - axis.from) / (side - 1) / 2;
    return { ...axis, from: axis.from - half, to: axis.to + half };
  });
  const frame = squareFrame({ axes: [x, y] }, size);
  const places = placesIn(frame, { axes: [x, y], side });
  const known = placesByNode(sharpness);
  const cells = known.map((place, node) => ({ place, box: boxOf(node, side, frame) }));
  const numbers = cells.flatMap(({ place, box }) => numberIn(place, box, figure));
  return {
    svg: svgPicture(
      size.width,
      size.height,
      xAxis(frame, places.x, linearTicks([x.from, x.to], frame.right - frame.left, 60)),
      yAxis(frame, places.y, linearTicks([y.from, y.to], frame.bottom - frame.top, 40)),
      ...cells.map(({ place, box }) => cell(place, box, figure, scale)),
      // Cells that have numbers need no names of lines.
      ...sharpnessLines({
        side,
        found: known.map((place) => place && figure.of(place)),
        ...{ scale, frame, isNamed: numbers.length === 0 },
      }),
      ...numbers,
      axisTitles(frame, x.label, y.label),
      ...marked(picture, frame, places),
    ),
    series: seriesOf(picture, figure, known, places),
    table: {
      columns: ['x', 'y', ...SHARPNESS_COLUMNS.map(({ words }) => words)],
      rows: known.flatMap((place) =>
        place
          ? [[...nodeAt({ side, axes }, place.node), ...SHARPNESS_COLUMNS.map(({ of }) => of(place) ?? null)]]
          : [],
      ),
    },
    label: `Map of the ${figure.title.toLowerCase()} over ${x.label} and ${y.label}, ${side} by ${side} cells.`,
  };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function boxOf(node: number, side: number, { left, right, top, bottom }: Frame): Box {
  const [width, height] = [(right - left) / side, (bottom - top) / side];
  const [column, row] = [node % side, Math.floor(node / side)];
  return { left: left + column * width, top: bottom - (row + 1) * height, width, height };
}

function cell(
  place: SharpnessPlace | undefined,
  box: Box,
  figure: SharpnessFigure,
  scale: ShadeScale,
): string {
  const { left: x, top: y, width, height } = box;
  const rect = (kind: string) => element('rect', { class: `cell ${kind}`, x, y, width, height });
  if (!place) return rect('waiting');
  const found = figure.of(place);
  if (!found) return rect('waiting') + hatched(box);
  const across = x + width / 2;
  const share = found.value === 0 ? 1 : Math.min(1, (found.spread ?? 0) / Math.abs(found.value));
  const half = (share * (width - 4)) / 2;
  return [
    rect(`shade-${scale.shade(found.value)}`),
    ...(found.spread !== null && height > 8
      ? [line('cell-error', [across - half, y + height - 4], [across + half, y + height - 4])]
      : []),
  ].join('');
}

/** The number of a place, where there is room; one whose search did not converge is marked. */
function numberIn(place: SharpnessPlace | undefined, box: Box, figure: SharpnessFigure): string[] {
  const found = place && figure.of(place);
  if (!found) return [];
  const { left, top, width, height } = box;
  const open = figure.id === 'largest' && place.largest?.converged === false ? '~' : '';
  const number = [3, 2]
    .map((digits) => open + formatNumber(found.value, digits))
    .find((each) => fits(each, box));
  return number === undefined
    ? []
    : [text('mark cell-number', [left + width / 2, top + height / 2 + 3], number, 'middle')];
}

/** Pixels of a character of the numbers. */
const CHARACTER = 5.6;
const fits = (number: string, { width, height }: Box): boolean =>
  number.length * CHARACTER <= width - 2 && height >= 18;

/** Strokes over a cell whose numbers overflow. */
function hatched({ left, top, width, height }: Box): string {
  const count = 4;
  const strokes = Array.from({ length: count }, (_, i) => {
    const [x, y] = [left + (i * width) / count, top + height];
    return `M${round(x)} ${round(y)}l${round(width / count)} ${round(-height)}`;
  });
  return element('path', { class: 'unresolved', d: strokes.join('') });
}

/** Paths and several checkpoints as everywhere; one alone as the edge of its cell, so that its number can be read. */
function marked(picture: MappedPicture, frame: Frame, places: Places): string[] {
  const { marks, sharpness } = picture;
  if (marks.length !== 1) return landmarks({ ...picture, basins: [] }, frame, places);
  const { side } = sharpness;
  const [{ at }] = marks;
  const share = (value: number, from: number, to: number) =>
    Math.min(side - 1, Math.max(0, Math.floor((side * (value - from)) / (to - from))));
  const column = share(places.x(at[0]), frame.left, frame.right);
  const row = share(places.y(at[1]), frame.bottom, frame.top);
  const { left: x, top: y, width, height } = boxOf(row * side + column, side, frame);
  return [element('rect', { class: 'cell-here', x, y, width, height })];
}

/** What the cursor says, row by row from the top, as arrow keys go down. */
function seriesOf(
  { axes, cosine, sharpness: { side } }: MappedPicture,
  figure: SharpnessFigure,
  known: readonly (SharpnessPlace | undefined)[],
  places: Places,
): Plot['series'] {
  const indices = Array.from({ length: side }, (_, i) => i);
  return [...indices].reverse().map((row) => ({
    label: `row ${row}`,
    points: indices.map((column) => {
      const node = row * side + column;
      const [x, y] = nodeAt({ side, axes }, node);
      const away = Math.sqrt(Math.max(0, x * x + y * y + 2 * cosine * x * y));
      const place = known[node];
      const words = place ? figure.text(place) : 'not measured yet';
      return {
        x: places.x(x),
        y: places.y(y),
        text: `(${formatNumber(x, 3)}, ${formatNumber(y, 3)}), ${formatNumber(away, 3)} away: ${words}`,
      };
    }),
  }));
}
