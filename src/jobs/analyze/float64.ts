import type { SymmetricOperator } from '../../analysis/operator';
import { asMatrix } from '../../analysis/spectrum/exact';
import type { Objective, Point } from '../../objective/evaluation/objective';
import type { AnalyzeRequest } from '../../contract/settings';
import { operatorAt } from './operator-at';

/** Operations of the plain float64 loops within about a second, and what a node of a graph costs in them at each run. */
const AFFORDED = 2e8;
const NODE = 1e3;

/** Up to so many parameters the matrix takes no longer than a search; up to more it is had anyway for other figures. */
const ALWAYS = 128;
export const ANYWAY = 400;

/** Rows over which so many products in float64 stay within about a second. */
export function affordableRows(
  { rowWork: { operations, nodes }, chunkRows, fitsFloat64 }: Objective,
  products: number,
): number {
  if (!fitsFloat64) return 0;
  return Math.floor(AFFORDED / (products * (operations + (nodes * NODE) / chunkRows)));
}

/** Whether a search of so many products in float64 over all rows is worth its time where float32 does not see enough. */
export const affordsSearch = (objective: Objective, products: number): boolean =>
  affordableRows(objective, products) >= objective.rows / 10;

/**
 * The whole matrix of a small network as an operator, from products in float64 where these can be afforded; nothing for
 * larger ones. `of` is the objective whose products it is made of, to be disposed of where it is not the one given;
 * `asymmetry` bounds what rounding has made unsymmetric.
 */
export async function wholeMatrix(
  objective: Objective,
  point: Point,
  { operator, density, exact }: Pick<AnalyzeRequest, 'operator' | 'density' | 'exact'>,
  signal: AbortSignal,
): Promise<
  { readonly matrix: SymmetricOperator; readonly of: Objective; readonly asymmetry: number } | undefined
> {
  const { dimension } = objective.parameters;
  if (dimension > (density || exact ? ANYWAY : ALWAYS)) return undefined;
  const single = objective.backend.precision === 'float32';
  if (!single || affordableRows(objective, dimension) < objective.rows) {
    return { ...(await asMatrix(operatorAt(objective, point, operator), signal)), of: objective };
  }
  const plain = await objective.over(objective.options.trainRows, 'reference');
  try {
    return { ...(await asMatrix(operatorAt(plain, point, operator), signal)), of: plain };
  } catch (error) {
    plain.dispose();
    throw error;
  }
}
