import type { Picture, Surface } from '../../src/contract/surface';
import { pictureReadings } from '../plots/contour-readings';
import { type Figure, figureName } from '../plots/figure';
import type { Plot, PlotSize } from '../plots/plot';
import { diamond, element, line, picture as svgPicture, round, text } from '../plots/svg';
import { type Matrix, USUAL_VIEW, type View, matrixOf, seenAt } from './camera';
import { type Facet, facetWidth, facetsOf } from './facets';
import { type Heights, heightsOf } from './heights';
import { labelsOf } from './labels';
import { brightness, lightOf } from './light';
import { raisedTo } from './mesh';
import { type Place, type Stretch, edgesOf, heightAt, pathOf } from './path';
import { type Word, placeWords } from './placed-words';

/** How many steps of colour the style sheet has from one colour to the next. */
const SHADES = 20;
/** Light that differs from full by less than this is not seen. */
const UNSEEN = 0.03;
/** By how many facets nearer than it is a thing on the ground is drawn: after all pieces of ground that touch it. */
const AROUND_NEARER = 0.8;
const PATH_NEARER = 1;
const SPOT_NEARER = 1.5;

/** Something with its distance from the eye: what is further is drawn first. */
interface Drawn {
  readonly depth: number;
  readonly svg: string;
}

/**
 * The surface as it is seen from one side, without WebGL: pieces of the ground from the furthest to the nearest, each over
 * those behind it, as SVG whose colours are the style sheet's.
 */
export function stillPlot(
  picture: Picture,
  levels: Surface['levels'],
  raised: Figure,
  { size, view = USUAL_VIEW }: { readonly size: PlotSize; readonly view?: View },
): Plot {
  const { width, height } = size;
  const heights = heightsOf(picture, levels, raised);
  const matrix = matrixOf(view, width / height);
  const at = (place: Place) => {
    const { x, y } = seenAt(matrix, place);
    return { x: x * width, y: y * height };
  };
  const ofLoss = raised.figure === 'loss' && raised.split === 'train';
  const light = lightOf(view);
  const drawn = [
    ...facetsOf(heights, ofLoss ? picture.unresolved : []).map((facet): Drawn => ({
      depth: depthOf(matrix, facet.corners),
      svg: facetSvg(facet, heights, light, at),
    })),
    ...onGround(picture, heights, matrix, at),
  ].sort((a, b) => b.depth - a.depth);
  const { behind, before } = frameEdges(heights, matrix, at);
  const words = wordsIn(labelsOf(picture, levels, raised, heights)(matrix), matrix, size);
  const { side } = picture;
  const standing = (column: number, row: number) => {
    const [x, y] = [column, row].map((index) => (2 * index) / (side - 1) - 1);
    return at([x, y, raisedTo(heights, heightAt(heights, x, y))]);
  };
  return {
    svg: svgPicture(width, height, ...behind, ...drawn.map(({ svg }) => svg), ...before, ...words),
    ...pictureReadings(picture, standing),
    label: `Surface of the ${figureName(raised)} over ${picture.axes.map(({ label }) => label).join(' and ')}, from one side.`,
  };
}

/** Average width of a character of the words, in pixels. */
const CHARACTER = 6;

const wordsIn = (words: readonly Word[], matrix: Matrix, size: PlotSize): string[] =>
  placeWords(words, matrix, size, (word) => CHARACTER * word.text.length).flatMap((spot, i) => {
    const { className, text: content } = words[i];
    const kind = className === 'axis' ? 'axis-title' : className;
    return spot ? [text(kind, [spot.x, spot.y + 3.5], content, 'middle')] : [];
  });

type At = (place: Place) => { readonly x: number; readonly y: number };

/** By where it stands on the ground: how high it is hides nothing that is nearer. */
const depthOf = (matrix: Matrix, places: readonly Place[]): number =>
  places.reduce((sum, [x, y]) => sum + seenAt(matrix, [x, y, 0]).depth, 0) / places.length;

function facetSvg(
  { corners, lines, height, isUnsure, normal }: Facet,
  { lowest, top }: Heights,
  light: Place,
  at: At,
): string {
  const d = `M${corners.map((corner) => spot(at(corner))).join('L')}Z`;
  const share = Math.min(1, Math.max(0, (height - lowest) / (top - lowest)));
  const half = share < 0.5 ? 'lower' : 'upper';
  const shade = Math.round(SHADES * (share < 0.5 ? 2 * share : 2 * share - 1));
  const dark = 1 - brightness(normal.reduce((sum, part, i) => sum + part * light[i], 0));
  // Pieces that touch would have seams between them where their edges were smoothed.
  const crisp = { d, 'shape-rendering': 'crispEdges' };
  return [
    element('path', { class: `facet ${half} shade-${shade}`, ...crisp }),
    ...(Math.abs(dark) < UNSEEN
      ? []
      : [
          element('path', { class: dark > 0 ? 'shadow' : 'shine', ...crisp, 'fill-opacity': Math.abs(dark) }),
        ]),
    ...(isUnsure ? [element('path', { class: 'unsure', ...crisp })] : []),
    ...(lines.length === 0
      ? []
      : [
          element('path', {
            class: 'height-line',
            d: lines.map(([from, to]) => `M${spot(at(from))}L${spot(at(to))}`).join(''),
          }),
        ]),
  ].join('');
}

/** The path of a run, the checkpoints and means of them. */
function onGround(picture: Picture, heights: Heights, matrix: Matrix, at: At): Drawn[] {
  const { spots, means, stretches } = pathOf(picture, heights);
  const width = facetWidth(picture.side);
  return [
    ...stretches.flatMap(({ places, isOff, colour }) =>
      pairsOf(places)
        // Every other piece of one that is off the plane is left out.
        .filter((_, i) => !isOff || i % 2 === 0)
        .flatMap((pair): Drawn[] => {
          const depth = depthOf(matrix, pair);
          return [
            { depth: depth - AROUND_NEARER * width, svg: between('around-step', pair, at) },
            { depth: depth - PATH_NEARER * width, svg: between(`step ${colour}`.trim(), pair, at) },
          ];
        }),
    ),
    ...spots.map(({ place, isOff, colour }): Drawn => {
      const { x, y } = at(place);
      const kind = ['checkpoint', ...(isOff ? ['off'] : []), ...(colour ? [colour] : [])].join(' ');
      const circle = { class: kind, cx: x, cy: y, r: 4 };
      return { depth: depthOf(matrix, [place]) - SPOT_NEARER * width, svg: element('circle', circle) };
    }),
    ...means.map(({ place }): Drawn => {
      const { x, y } = at(place);
      return { depth: depthOf(matrix, [place]) - SPOT_NEARER * width, svg: diamond('mean', [x, y]) };
    }),
  ];
}

/** The edges that the ground hides, and those that hide it: of the square those whose middle is nearer than its own, and the nearest upright. */
function frameEdges(heights: Heights, matrix: Matrix, at: At): { behind: string[]; before: string[] } {
  const middle = seenAt(matrix, [0, 0, 0]).depth;
  const [around, ...uprights] = edgesOf(heights);
  const pieces = pairsOf(around.places);
  const isNear = (pair: readonly Place[]) => depthOf(matrix, pair) < middle;
  const depth = ({ places }: Stretch) => depthOf(matrix, places);
  const nearest = uprights.reduce((a, b) => (depth(b) < depth(a) ? b : a));
  const svg = (pair: readonly Place[]) => between('frame-edge', pair, at);
  return {
    behind: [
      ...pieces.filter((pair) => !isNear(pair)).map(svg),
      ...uprights.filter((upright) => upright !== nearest).map(({ places }) => svg(places)),
    ],
    before: [...pieces.filter(isNear).map(svg), svg(nearest.places)],
  };
}

const pairsOf = (places: readonly Place[]): (readonly [Place, Place])[] =>
  places.slice(1).map((to, i) => [places[i], to] as const);

function between(className: string, [from, to]: readonly Place[], at: At): string {
  const [a, b] = [at(from), at(to)];
  return line(className, [a.x, a.y], [b.x, b.y]);
}

const spot = ({ x, y }: { readonly x: number; readonly y: number }): string => `${round(x)} ${round(y)}`;
