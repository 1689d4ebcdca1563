import { zipSync } from 'fflate';
import type { Picture, PictureSpan, Surface } from '../../contract/surface';
import { runsOfMarks } from '../path-runs';
import { flagsOf, nodeAt } from '../picture-nodes';
import { SHARPNESS_COLUMNS, placesByNode } from '../sharpness';
import { numbersFrom } from './base64';
import { type NpyArray, npyOf } from './npy';

/**
 * Pictures as NumPy's `.npz`, in float64: for each picture `x`, `y` (of the columns and rows), `train_loss` and what else was
 * measured as arrays of rows, `measured` and `unresolved` as booleans, `marks` as rows of x, y, distance, loss and the loss
 * under it, `runs` as the number of the run of each; where there is a map of sharpness `map_x`, `map_y` and its figures;
 * `directions` as two rows per unit of x and y over the parameters (`statistics_directions` over what is not trained, where that
 * moves) of networks that are not too large; `levels`, and `settings`, which says as JSON how all was made, the seed of
 * directions and the tensors they go over included. Of several pictures the names begin with `picture_1_` and so on. NaN where
 * the loss is not finite.
 */
export function surfaceNpz(surface: Surface): Uint8Array {
  const { pictures, levels } = surface;
  const arrays = new Map<string, NpyArray>();
  pictures.forEach((picture, i) => {
    const prefix = pictures.length > 1 ? `picture_${i + 1}_` : '';
    for (const [name, array] of Object.entries(arraysOf(picture))) arrays.set(prefix + name, array);
  });
  arrays.set('levels', { shape: [levels.values.length], values: Float64Array.from(levels.values) });
  arrays.set('settings', { shape: [], values: JSON.stringify(settingsOf(surface)) });
  return zipSync(
    Object.fromEntries([...arrays].map(([name, array]) => [`${name}.npy`, npyOf(array)])),
    // The same bytes for the same picture, whenever it is saved.
    { level: 6, mtime: new Date(1980, 0, 1) },
  );
}

function arraysOf(picture: Picture): Readonly<Record<string, NpyArray>> {
  const { side, loss, accuracy, marks } = picture;
  const shape = [side, side];
  const field = (values: readonly (number | null)[]): NpyArray => ({
    shape,
    values: Float64Array.from(values, (value) => value ?? NaN),
  });
  const flags = (nodes: readonly number[]): NpyArray => ({ shape, values: flagsOf(side, nodes) });
  const along = (nodes: readonly number[], axis: 0 | 1): NpyArray => ({
    shape: [side],
    values: Float64Array.from(nodes, (node) => nodeAt(picture, node)[axis]),
  });
  const indices = Array.from({ length: side }, (_, i) => i);
  return {
    x: along(indices, 0),
    y: along(
      indices.map((row) => row * side),
      1,
    ),
    train_loss: field(loss.train),
    ...(loss.test ? { test_loss: field(loss.test) } : {}),
    ...(accuracy ? { train_accuracy: field(accuracy.train) } : {}),
    ...(accuracy?.test ? { test_accuracy: field(accuracy.test) } : {}),
    measured: flags(picture.measured),
    unresolved: flags(picture.unresolved),
    marks: {
      shape: [marks.length, 5],
      values: Float64Array.from(
        marks.flatMap((mark) => [...mark.at, mark.distance, mark.loss ?? NaN, mark.lossOnPlane ?? NaN]),
      ),
    },
    runs: { shape: [marks.length], values: Float64Array.from(runsOfMarks(picture)) },
    ...mapOf(picture),
    ...directionsOf(picture),
  };
}

function directionsOf({ span }: Picture): Readonly<Record<string, NpyArray>> {
  if (!span) return {};
  const rows = ({ directions }: Pick<PictureSpan, 'directions'>): NpyArray => {
    const [first, second] = directions.map(numbersFrom);
    const values = new Float64Array(2 * first.length);
    values.set(first);
    values.set(second, first.length);
    return { shape: [2, first.length], values };
  };
  const { statistics } = span;
  return { directions: rows(span), ...(statistics ? { statistics_directions: rows(statistics) } : {}) };
}

/** A map of sharpness, NaN where it overflows or is not measured yet. */
function mapOf({ sharpness, axes }: Picture): Readonly<Record<string, NpyArray>> {
  if (!sharpness) return {};
  const { side } = sharpness;
  const places = placesByNode(sharpness);
  const indices = Array.from({ length: side }, (_, i) => i);
  const along = (axis: 0 | 1): NpyArray => ({
    shape: [side],
    values: Float64Array.from(indices, (i) => nodeAt({ side, axes }, i * (side + 1))[axis]),
  });
  const figures = SHARPNESS_COLUMNS.map(({ array, of }): [string, NpyArray] => [
    `map_${array}`,
    { shape: [side, side], values: Float64Array.from(places, (place) => (place && of(place)) ?? NaN) },
  ]);
  return { map_x: along(0), map_y: along(1), ...Object.fromEntries(figures) };
}

/** All that is no array. */
const settingsOf = ({ title, choices, settings, levels, pictures, findings, notes }: Surface) => ({
  title,
  choices,
  settings,
  levels: { kind: levels.kind, offset: levels.offset },
  pictures: pictures.map(({ label, axes, cosine, quadratic, error, basins, marks, path, span }) => ({
    ...{ label, axes, cosine, quadratic, error, basins, path },
    marks: marks.map((mark) => mark.label),
    ...(span ? { tensors: span.tensors, statistics: span.statistics?.tensors } : {}),
  })),
  findings,
  notes,
});
