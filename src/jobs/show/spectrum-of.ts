import { sizeOf } from '../../core/size-of';
import { symmetricEigenvalues } from '../../analysis/linear-algebra/symmetric-eigenvalues';
import type { TensorSpectrum } from '../../contract/contents';
import type { TensorPlace } from '../../formats/contents/tensor-place';

/** Multiplications that the matrices of a file may take together unless all are asked for: about a second. */
const MOST_WORK = 4e8;
/** The largest smaller side of a matrix. */
const LARGEST_SIDE = 2048;
const SHOWN = 5;

/** A tensor as a matrix: outputs by all else; undefined for vectors and for sides beyond what is computed. */
function sidesOf({
  shape,
  outputsLast,
  isFloat,
}: TensorPlace): { outputs: number; others: number } | undefined {
  if (!isFloat || shape.length < 2 || shape.includes(0)) return undefined;
  const outputs = outputsLast ? shape[shape.length - 1] : shape[0];
  const others = sizeOf(shape) / outputs;
  return Math.min(outputs, others) < 2 || Math.min(outputs, others) > LARGEST_SIDE
    ? undefined
    : { outputs, others };
}

/** Spends a budget of work over the matrices of a file, in order. */
export class Spectra {
  private left: number;
  /** Matrices that were left out, for they would take too long. */
  skipped = 0;

  constructor(all: boolean) {
    this.left = all ? Infinity : MOST_WORK;
  }

  /** The singular values of a tensor's matrix, from the eigenvalues of its smaller Gram matrix in float64. */
  async of(place: TensorPlace, signal: AbortSignal): Promise<TensorSpectrum | undefined> {
    const sides = sidesOf(place);
    if (!sides) return undefined;
    const size = Math.min(sides.outputs, sides.others);
    const work = size * place.count + size ** 3;
    if (work > this.left) {
      this.skipped++;
      return undefined;
    }
    this.left -= work;
    const gram = gramOf(place.read(0, place.count), sides, place.outputsLast);
    const values = await symmetricEigenvalues(gram, size, signal);
    const singular = Array.from(values, (value) => Math.sqrt(Math.max(0, value))).reverse();
    const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
    return {
      rows: sides.outputs,
      columns: sides.others,
      largest: singular.slice(0, SHOWN),
      smallest: singular[singular.length - 1],
      stableRank: singular[0] > 0 ? total / singular[0] ** 2 : 0,
    };
  }
}

/** W W' or W' W, whichever is smaller; the elements of W lie outputs first, or last. */
function gramOf(
  values: ArrayLike<number>,
  { outputs, others }: { outputs: number; others: number },
  outputsLast: boolean,
): Float64Array {
  const size = Math.min(outputs, others);
  const long = Math.max(outputs, others);
  const gram = new Float64Array(size * size);
  // Whether the smaller side is the one that moves slowest in memory.
  const slow = outputs <= others !== outputsLast;
  const [along, across] = slow ? [long, 1] : [1, size];
  for (let k = 0; k < long; k++)
    for (let i = 0; i < size; i++) {
      const a = values[i * along + k * across];
      if (a === 0) continue;
      for (let j = 0; j <= i; j++) gram[i * size + j] += a * values[j * along + k * across];
    }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) gram[j * size + i] = gram[i * size + j];
  return gram;
}
