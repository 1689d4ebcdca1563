import { dot } from '../../core/vectors';
import { solve, times } from '../linear-algebra/small-dense';
import { type Box, clip } from './box';
import type { CauchyPoint } from './cauchy-point';
import type { CompactHessian } from './compact-hessian';

/**
 * The minimum of the quadratic model over the variables that the Cauchy point leaves free, brought back into the box:
 * by projection, or where that points uphill by going only as far as the first bound (Byrd et al. 1995, the direct
 * primal method of section 5.1; Morales and Nocedal 2011, section 2).
 */
export function subspaceMinimum(
  { x, gradient }: { readonly x: Float64Array; readonly gradient: Float64Array },
  box: Box,
  hessian: CompactHessian,
  { point, c, fixed }: CauchyPoint,
): Float64Array {
  const { size, theta, middle } = hessian;
  if (size === 0 || fixed.every((flag) => flag === 1)) return point;
  const onlyFree = (vector: Float64Array) => vector.map((value, i) => (fixed[i] ? 0 : value));
  // The negative gradient of the model at the Cauchy point, on the free variables.
  const residual = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) residual[i] = -gradient[i] - theta * (point[i] - x[i]);
  hessian.addTimes(residual, 1, times(middle, c));
  const free = onlyFree(residual);
  // (theta I - W M W')^-1 on the free variables, by Sherman, Morrison and Woodbury.
  const along = times(middle, hessian.transposedTimes(free));
  const gram = freeGram(hessian, fixed);
  const system = middle.map((row, i) =>
    Float64Array.from(
      { length: 2 * size },
      (_, j) => (i === j ? 1 : 0) - row.reduce((sum, entry, k) => sum + entry * gram[k][j], 0) / theta,
    ),
  );
  const solved = solve(
    system,
    Array.from(along, (value) => Float64Array.of(value)),
  );
  const step = free.map((value) => value / theta);
  hessian.addTimes(
    step,
    1 / theta ** 2,
    Float64Array.from(solved, ([value]) => value),
  );
  const move = onlyFree(step);

  const projected = clip(
    point.map((value, i) => value + move[i]),
    box,
  );
  let uphill = 0;
  for (let i = 0; i < x.length; i++) uphill += (projected[i] - x[i]) * gradient[i];
  return uphill <= 0 ? projected : truncated(point, move, box);
}

/** W'W over the free variables. */
function freeGram(hessian: CompactHessian, fixed: Uint8Array): Float64Array[] {
  const width = 2 * hessian.size;
  const columns = Array.from({ length: width }, (_, k) => {
    const column = new Float64Array(fixed.length);
    hessian.addTimes(
      column,
      1,
      Float64Array.from({ length: width }, (_unit, j) => (j === k ? 1 : 0)),
    );
    return column.map((value, i) => (fixed[i] ? 0 : value));
  });
  return columns.map((a) => Float64Array.from(columns, (b) => dot(a, b)));
}

/** As far along the move as the first bound, whose variable then lies on it. */
function truncated(point: Float64Array, move: Float64Array, { lower, upper }: Box): Float64Array {
  let most = 1;
  let blocking = -1;
  for (let i = 0; i < point.length; i++) {
    if (move[i] === 0) continue;
    const room = ((move[i] < 0 ? lower[i] : upper[i]) - point[i]) / move[i];
    if (room < most) [most, blocking] = [Math.max(0, room), i];
  }
  const reached = point.map((value, i) => value + most * move[i]);
  if (blocking >= 0) reached[blocking] = move[blocking] < 0 ? lower[blocking] : upper[blocking];
  return reached;
}
