import { addScaled, dot, norm } from '../analysis/linear-algebra/vectors';
import type { SymmetricOperator } from '../analysis/operator';
import { type EigenPair, allowedError } from '../analysis/spectrum/eigenpair';
import { asMatrix } from '../analysis/spectrum/exact';
import type { Objective, Point } from '../objective/objective';
import type { AnalyzeRequest } from '../contract/settings';
import type { OperatorName } from '../contract/vocabulary';
import { operatorAt } from './operator-at';

/** Operations of the plain float64 loops within about a second, and what a node of a graph costs in them at each run. */
const AFFORDED = 2e8;
const NODE = 1e3;

/** Up to so many parameters the matrix takes no longer than a search; up to more it is had anyway for other figures. */
const ALWAYS = 128;
const ANYWAY = 400;

/** Rows over which so many products in float64 stay within about a second. */
function affordableRows({ rowWork: { operations, nodes }, chunkRows }: Objective, products: number): number {
  return Math.floor(AFFORDED / (products * (operations + (nodes * NODE) / chunkRows)));
}

/** Whether a search of so many products in float64 over all rows is worth its time where float32 does not see enough. */
export const affordsSearch = (objective: Objective, products: number): boolean =>
  affordableRows(objective, products) >= objective.rows / 10;

/**
 * The whole matrix of a small network as an operator, from products in float64 where these can be afforded; nothing for
 * larger ones. `rounded` says that it holds the rounding of float32, and `asymmetry` bounds what that has made unsymmetric.
 */
export async function wholeMatrix(
  objective: Objective,
  point: Point,
  { operator, density, exact }: Pick<AnalyzeRequest, 'operator' | 'density' | 'exact'>,
  signal: AbortSignal,
): Promise<
  { readonly matrix: SymmetricOperator; readonly rounded: boolean; readonly asymmetry: number } | undefined
> {
  const { dimension } = objective.parameters;
  if (dimension > (density || exact ? ANYWAY : ALWAYS)) return undefined;
  const single = objective.backend.precision === 'float32';
  if (!single || affordableRows(objective, dimension) < objective.rows) {
    return { ...(await asMatrix(operatorAt(objective, point, operator), signal)), rounded: single };
  }
  const plain = await objective.over(objective.options.trainRows, 'reference');
  try {
    return { ...(await asMatrix(operatorAt(plain, point, operator), signal)), rounded: false };
  } finally {
    plain.dispose();
  }
}

/** What is asked of eigenvectors that were found in float32. */
export interface Question {
  readonly operator: OperatorName;
  readonly point: Point;
  readonly pairs: readonly EigenPair[];
  /** v.H_i v of every row, for each pair. */
  readonly forms: readonly ArrayLike<number>[];
  readonly signal: AbortSignal;
}

/** Eigenpairs with bounds that hold the rounding of the run's products, and how large that was. */
export interface Answer {
  readonly pairs: readonly EigenPair[];
  readonly rounding: number;
}

/**
 * Holds eigenvectors that were found in float32 against products in float64. Over all rows, where those can be afforded,
 * value and residual become float64's; else the rows that weigh most in v.Hv are taken, and their distance from float64
 * counts for the rest in proportion. What is found with one vector counts for all: how H is rounded elsewhere can hide
 * an eigenvalue, or make one.
 *
 * @returns nothing where not even a row can be afforded.
 */
export async function heldAgainstFloat64(
  objective: Objective,
  { operator, point, pairs, forms, signal }: Question,
): Promise<Answer | undefined> {
  const vectors = pairs.map(({ vector }) => vector);
  const affordable = affordableRows(objective, vectors.length);
  if (affordable < 1 || vectors.length === 0) return undefined;
  const whole = affordable >= objective.rows;
  const rows = whole ? [...objective.options.trainRows.keys()] : heaviest(forms, affordable);
  const productsBy = async (backend?: 'reference'): Promise<Float64Array[]> => {
    const part = await objective.over(
      Int32Array.from(rows, (row) => objective.options.trainRows[row]),
      backend,
    );
    try {
      return await part.products(operator, point, vectors, signal);
    } finally {
      part.dispose();
    }
  };
  const exact = await productsBy('reference');
  if (whole) {
    const measured = pairs.map((pair, j) => {
      const value = dot(pair.vector, exact[j]);
      const from = (centre: number) => distance(exact[j], pair.vector, centre);
      const rounding = Math.sqrt(Math.max(0, from(pair.value) ** 2 - pair.residual ** 2));
      return { pair: { ...pair, value, residual: from(value) }, rounding };
    });
    return widened(measured, (own, rounding) => Math.max(own.errorBound, own.residual, rounding));
  }
  const ours = await productsBy();
  const measured = pairs.map((pair, j) => {
    const apart = distance(ours[j], exact[j], 1) * (rows.length / objective.rows);
    const rounding = apart / (shareOf(forms[j], rows) || 1);
    return { pair: { ...pair, residual: Math.hypot(pair.residual, rounding) }, rounding };
  });
  return widened(measured, (own, rounding) => own.errorBound + rounding);
}

/** |a - factor b|. */
function distance(a: Float64Array, b: Float64Array, factor: number): number {
  const rest = a.slice();
  addScaled(rest, -factor, b);
  return norm(rest);
}

function widened(
  measured: readonly { readonly pair: EigenPair; readonly rounding: number }[],
  boundOf: (pair: EigenPair, rounding: number) => number,
): Answer {
  const rounding = Math.max(...measured.map((each) => each.rounding));
  const size = Math.max(...measured.map(({ pair }) => Math.abs(pair.value)));
  const pairs = measured.map(({ pair }): EigenPair => {
    const errorBound = boundOf(pair, rounding);
    const converged = pair.converged && errorBound <= allowedError(pair.value, size);
    return { ...pair, errorBound, converged };
  });
  return { pairs, rounding };
}

const magnitude = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, x) => sum + Math.abs(x), 0);

/** How much of the sum of magnitudes over all rows these rows have. */
const shareOf = (form: ArrayLike<number>, rows: readonly number[]): number =>
  rows.reduce((sum, row) => sum + Math.abs(form[row]), 0) / (magnitude(form) || 1);

/** The rows that weigh most in any of the forms, so many of them, in order. */
function heaviest(forms: readonly ArrayLike<number>[], count: number): number[] {
  const totals = forms.map((form) => magnitude(form) || 1);
  const weight = (row: number) => Math.max(...forms.map((form, j) => Math.abs(form[row]) / totals[j]));
  const weights = Array.from(forms[0], (_, row) => weight(row));
  return [...weights.keys()]
    .sort((a, b) => weights[b] - weights[a])
    .slice(0, count)
    .sort((a, b) => a - b);
}
