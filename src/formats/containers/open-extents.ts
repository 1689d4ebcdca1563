import type { Shape } from '../../autodiff/shape';
import type { NamedInput } from '../../network/input-order';
import type { LayerSummary, Model } from '../../network/model';
import { UserError } from '../../core/errors';

/** One row of an input as a file states it; null where it leaves an extent open. */
export interface StoredInput {
  readonly name: string;
  readonly shape: readonly (number | null)[];
  readonly key?: string;
  /** Whether rows of any shape are taken as they are: the network flattens them first. */
  readonly anyAxes?: boolean;
  /** A row that is known to fit, for looking at the network without data. */
  readonly standIn?: Shape;
}

/** The shape of a row of each input of a model, in its order: of the data, which may go by the inputs' names. */
export type RowShapes = readonly Shape[] | ((inputs: readonly NamedInput[]) => readonly Shape[]);

/**
 * Builds a network whose inputs may have open extents, which are then those of the data's rows, one shape an input.
 * Without data it is only for looking at: its `inputs` are stand-ins, and the outputs of its layers are open where they
 * depend on them. Throws a UserError where the rows do not fit what is fixed, and what `build` throws.
 */
export function buildBound(
  inputs: readonly StoredInput[],
  rows: RowShapes | undefined,
  build: (shapes: readonly Shape[]) => Model,
): Model {
  if (rows) {
    const given = typeof rows === 'function' ? rows(inputs) : rows;
    return build(inputs.map((input, i) => boundRow(input, given[i] ?? [])));
  }
  const standing = (extent: number) =>
    build(inputs.map(({ shape }) => shape.map((fixed) => fixed ?? extent)));
  if (!inputs.some(({ shape }) => shape.includes(null))) return standing(0);
  const known = inputs.flatMap(({ standIn }) => (standIn ? [standIn] : []));
  if (known.length === inputs.length) return build(known);
  let refusal: unknown;
  for (const [small, large] of STAND_INS) {
    try {
      const model = standing(small);
      return { ...model, layers: openLayers(model.layers, standing(large).layers) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Pairs of extents to try a network on: first what most networks take, then large images and short texts. */
const STAND_INS = [
  [96, 160],
  [224, 320],
  [8, 16],
  [4, 6],
] as const;

const openLayers = (first: readonly LayerSummary[], second: readonly LayerSummary[]): LayerSummary[] =>
  first.map((layer, i) => ({
    ...layer,
    outputShape: layer.outputShape?.map((extent, axis) =>
      second[i].outputShape?.[axis] === extent ? extent : null,
    ),
  }));

function boundRow({ name, shape, anyAxes }: StoredInput, row: Shape): Shape {
  if (anyAxes) return row;
  const fits = (reading: Shape) => shape.every((extent, axis) => (extent ?? reading[axis]) === reading[axis]);
  // Fixed shapes are held against the data where those are prepared.
  const found = shape.includes(null) ? readings(row, shape.length).find(fits) : (shape as Shape);
  if (found) return found;
  throw new UserError(
    `the input "${name}" takes rows of ${shape.map((extent) => extent ?? 'any').join(' x ')}, but those of the data are ${row.join(' x ') || 'one number'}: give the data it was trained on.`,
  );
}

/** A row of the data with as many axes as the input has: as it is, with its one channel, or with its channels moved. */
function readings(row: Shape, rank: number): Shape[] {
  if (row.length === rank - 1)
    return [
      [...row, 1],
      [1, ...row],
    ];
  if (row.length !== rank) return [];
  return [row, [...row.slice(1), row[0]], [row[rank - 1], ...row.slice(0, -1)]];
}
