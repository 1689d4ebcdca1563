import type { Node } from '../../../../autodiff/graph';
import {
  broadcast,
  equal,
  matmul,
  mul,
  reduceSum,
  reshape,
  sliceAxis,
  sub,
} from '../../../../autodiff/operations';
import { indicesEqual } from '../../../../network/masks';
import type { Walk } from '../recipes/walk';
import { checkLength } from './model';

/** x [rows, n] times a fixed matrix [n, n] of 1 where `counts` says so. */
function summed(x: Node, counts: (from: number, to: number) => boolean): Node {
  const n = x.shape[1];
  const data = Float64Array.from({ length: n * n }, (_, i) => (counts(Math.floor(i / n), i % n) ? 1 : 0));
  return matmul(x, x.graph.constant(data, [n, n]));
}

/** 1 where a token is no padding: [rows, positions]. */
const words = (ids: Node, padding: number): Node => sub(1, indicesEqual(ids, padding));

/**
 * A row of a table for each token: the first words have the rows behind the one for padding, which padding itself has, wherever
 * it stands: [rows, positions, width].
 */
export function positionsBeyond(walk: Walk, name: string, ids: Node, padding: number): Node {
  const [rows, positions] = ids.shape;
  const table = walk.table(name, padding);
  checkLength(positions + padding + 1, table.shape[0]);
  const real = words(ids, padding);
  const place = mul(
    summed(real, (from, to) => from <= to),
    real,
  );
  const count = positions + 1;
  const chosen = equal(
    broadcast(reshape(place, [rows, positions, 1]), [rows, positions, count]),
    walk.graph.constant(
      Float64Array.from({ length: count }, (_, i) => i),
      [count],
    ),
  );
  const used = sliceAxis(table, 0, padding, padding + count);
  const flat = matmul(reshape(chosen, [rows * positions, count]), used);
  return reshape(flat, [rows, positions, table.shape[1]]);
}

/** Of x [rows, positions, width] what stands at each row's last token that is no padding; at the last of all without one. */
export function atLastWord(x: Node, ids: Node, padding: number | undefined): Node {
  const [rows, positions, width] = x.shape;
  if (padding === undefined) return reshape(sliceAxis(x, 1, positions - 1, positions), [rows, width]);
  const real = words(ids, padding);
  const behind = summed(real, (from, to) => from > to);
  const last = mul(real, equal(behind, 0));
  return reduceSum(mul(x, reshape(last, [rows, positions, 1])), [1]);
}
