import type { ShownDifference } from '../../contract/contents';
import { renumbered } from '../../core/renumbered';
import type { TensorPlace } from '../../formats/contents/tensor-place';
import { sameNames } from './same-names';
import { type Sample, blocksOf, unreadIn } from './blocks';

/** Sums over the numbers of two tensors of one shape. */
interface Sums {
  readonly difference: number;
  readonly first: number;
  readonly second: number;
  readonly product: number;
  readonly largest: number;
}

function sumsOf(a: TensorPlace, b: TensorPlace, sample: Sample): Sums {
  const sums = { difference: 0, first: 0, second: 0, product: 0, largest: 0 };
  let seen = 0;
  for (const { from, values } of blocksOf(a, sample)) {
    const others = b.read(from, values.length);
    seen += values.length;
    for (let i = 0; i < values.length; i++) {
      const [x, y] = [values[i], others[i]];
      // Equal infinities do not differ, and neither do two that are no numbers.
      const difference = x === y || (Number.isNaN(x) && Number.isNaN(y)) ? 0 : Math.abs(x - y);
      sums.difference += difference * difference;
      if (difference > sums.largest || Number.isNaN(difference)) sums.largest = difference;
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      sums.first += x * x;
      sums.second += y * y;
      sums.product += x * y;
    }
  }
  const scale = seen > 0 ? a.count / seen : 1;
  const { largest } = sums;
  return {
    difference: sums.difference * scale,
    first: sums.first * scale,
    second: sums.second * scale,
    product: sums.product * scale,
    largest,
  };
}

const relativeOf = (distance: number, norm: number): number =>
  distance === 0 ? 0 : norm > 0 ? distance / norm : Infinity;

/** How names go with one another: in the terms of the other file and of the first, undefined where nothing does. */
interface Matching extends Pick<ShownDifference, 'prefix' | 'renumbered'> {
  readonly inOther: (name: string) => string | undefined;
  readonly inFirst: (name: string) => string | undefined;
}

function matching(first: readonly TensorPlace[], tensors: readonly TensorPlace[]): Matching {
  const [names, others] = [first, tensors].map((each) => each.map(({ name }) => name));
  const pairs = renumbered(names, others);
  if (pairs !== undefined && haveSameShapes(first, tensors, pairs)) {
    const back = new Map([...pairs].map(([name, other]) => [other, name]));
    return {
      inOther: (name) => pairs.get(name),
      inFirst: (name) => back.get(name),
      renumbered: Object.fromEntries(pairs),
    };
  }
  const prefix = sameNames(names, others);
  return {
    inOther: (name) =>
      name.startsWith(prefix.first) ? prefix.other + name.slice(prefix.first.length) : undefined,
    inFirst: (name) =>
      name.startsWith(prefix.other) ? prefix.first + name.slice(prefix.other.length) : undefined,
    ...(prefix.first + prefix.other === '' ? {} : { prefix }),
  };
}

/** Whether what only its number tells apart is of one shape: else it is another tensor. */
function haveSameShapes(
  first: readonly TensorPlace[],
  tensors: readonly TensorPlace[],
  pairs: ReadonlyMap<string, string>,
): boolean {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape.join()]));
  return first.every(({ name, shape }) => shapes.get(pairs.get(name) ?? '') === shape.join());
}

/**
 * How the tensors of a file differ from those of the first, matched by their names: without the numbers of layers that have
 * no name of their own where only those differ, and without what a wrapper puts before all of one file's, where nothing
 * would be matched otherwise.
 */
export function differenceOf(
  first: readonly TensorPlace[],
  { path, tensors }: { readonly path: string; readonly tensors: readonly TensorPlace[] },
  sample: Sample,
): ShownDifference {
  const others = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const names = new Set(first.map(({ name }) => name));
  const { inOther, inFirst, ...said } = matching(first, tensors);
  const rows: ShownDifference['tensors'][number][] = [];
  const otherShape: string[] = [];
  const total = { difference: 0, first: 0, second: 0, product: 0 };
  let equal = 0;
  for (const tensor of first) {
    const other = others.get(inOther(tensor.name) ?? '');
    if (!other || unreadIn(tensor, sample) !== undefined || unreadIn(other, sample) !== undefined) continue;
    if (tensor.shape.join() !== other.shape.join()) {
      otherShape.push(tensor.name);
      continue;
    }
    const sums = sumsOf(tensor, other, sample);
    if (sums.difference === 0) equal++;
    if (tensor.isFloat)
      for (const key of ['difference', 'first', 'second', 'product'] as const) total[key] += sums[key];
    const distance = Math.sqrt(sums.difference);
    const relative = relativeOf(distance, Math.sqrt(sums.first));
    rows.push({ name: tensor.name, distance, relative, largest: sums.largest });
  }
  const distance = Math.sqrt(total.difference);
  const lengths = Math.sqrt(total.first * total.second);
  const cosine = lengths > 0 ? Math.max(-1, Math.min(1, total.product / lengths)) : NaN;
  return {
    path,
    distance,
    relative: relativeOf(distance, Math.sqrt(total.first)),
    angle: distance === 0 ? 0 : (Math.acos(cosine) * 180) / Math.PI,
    tensors: rows,
    equal,
    onlyInFirst: first.flatMap(({ name }) => (others.has(inOther(name) ?? '') ? [] : [name])),
    onlyHere: tensors.flatMap(({ name }) => (names.has(inFirst(name) ?? '') ? [] : [name])),
    otherShape,
    ...said,
    sampled: sample.share < 1,
  };
}
