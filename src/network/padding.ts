import type { Node } from '../autodiff/graph';
import { concat, pad, reverse, select, sliceAxis } from '../autodiff/operations';
import { ShapeError, claimed } from '../autodiff/shape';

/** x between copies of one value, `low` positions before and `high` after each axis. */
export function padValue(x: Node, low: readonly number[], high: readonly number[], value: number): Node {
  const padded = pad(x, low, high);
  if (value === 0) return padded;
  // Chosen, not added: beside a value of -1e9 or -Infinity the numbers of x would lose their digits.
  return select(pad(x.graph.fill(1, x.shape), low, high), padded, x.graph.fill(value, padded.shape));
}

/**
 * What stands beside an axis: its mirror image with (`symmetric`) or without (`reflect`) the edge itself, the edge repeated, or
 * the axis anew from its other end.
 */
export type PadMode = 'reflect' | 'symmetric' | 'edge' | 'wrap';
export const PAD_MODES: readonly PadMode[] = ['reflect', 'symmetric', 'edge', 'wrap'];

/** x continued beyond its edges, `low` positions before and `high` after each axis. */
export function padBeyond(x: Node, low: readonly number[], high: readonly number[], mode: PadMode): Node {
  return low.reduce((y, before, axis) => beyondAxis(y, { axis, before, after: high[axis] }, mode), x);
}

function beyondAxis(
  x: Node,
  { axis, before, after }: { readonly axis: number; readonly before: number; readonly after: number },
  mode: PadMode,
): Node {
  if (before === 0 && after === 0) return x;
  const extent = x.shape[axis];
  const longest = mode === 'edge' ? Infinity : mode === 'reflect' ? extent - 1 : extent;
  if (Math.max(before, after) > longest)
    throw new ShapeError(
      `an axis of ${extent} cannot be continued by ${Math.max(before, after)} in mode "${mode}"`,
    );
  const cut = (start: number, end: number) => (end > start ? [sliceAxis(x, axis, start, end)] : []);
  const mirrored = (start: number, end: number) => cut(start, end).map((part) => reverse(part, [axis]));
  const sides = {
    reflect: () => [mirrored(1, before + 1), mirrored(extent - 1 - after, extent - 1)],
    symmetric: () => [mirrored(0, before), mirrored(extent - after, extent)],
    edge: () =>
      [
        Array.from(claimed(before), () => cut(0, 1)).flat(),
        Array.from(claimed(after), () => cut(extent - 1, extent)).flat(),
      ] as Node[][],
    wrap: () => [cut(extent - before, extent), cut(0, after)],
  }[mode]();
  return concat([...sides[0], x, ...sides[1]], axis);
}
