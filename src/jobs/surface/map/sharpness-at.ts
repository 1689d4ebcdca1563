import { loaded } from '../../../core/long-vector';
import { gradientNormOverRows } from '../../../analysis/gradient-over-rows';
import { NotFiniteError } from '../../../analysis/spectrum/products';
import type { AnalyzeRequest } from '../../../contract/settings';
import type { Sharpness } from '../../../contract/sharpness-map';
import { norm } from '../../../core/vectors';
import type { Objective, Point } from '../../../objective/evaluation/objective';
import { slopesAlong } from '../../../objective/evaluation/slopes-along';
import { Eigenvalues } from '../../analyze/eigenvalues';

export interface SharpnessAsked {
  readonly request: AnalyzeRequest;
  /** An eigenvector found near by: the search begins with it, and takes about a sixth fewer products on 9 x 9 places. */
  readonly near: Float64Array | undefined;
  readonly signal: AbortSignal;
}

export interface Found {
  readonly sharpness: Sharpness;
  /** The eigenvector. */
  readonly vector: Float64Array | undefined;
  /** Of the curvature matrix with vectors. */
  readonly products: number;
}

/**
 * The gradient's norm and the largest eigenvalue at a point, each with its errors (one gradient, nine derivatives along
 * vectors, and the products of a search); null where they overflow.
 *
 * @throws UserError, CancelledError
 */
export async function sharpnessAt(
  objective: Objective,
  point: Point,
  { request, near, signal }: SharpnessAsked,
): Promise<Found> {
  const gradientNorm = await gradientNormAt(objective, point, request.seed, signal);
  // Where the gradient overflows so do its derivatives.
  const found = gradientNorm && (await largestAt(objective, point, { request, near, signal }));
  return {
    sharpness: { gradientNorm, largest: found?.largest ?? null },
    vector: found ? loaded(found.vector) : undefined,
    products: found?.products ?? 0,
  };
}

async function gradientNormAt(
  objective: Objective,
  point: Point,
  seed: number,
  signal: AbortSignal,
): Promise<Sharpness['gradientNorm']> {
  const { gradient } = await objective.gradient(point, signal);
  const value = norm(gradient);
  if (!Number.isFinite(value)) return null;
  const overRows = await gradientNormOverRows(
    gradient,
    (vectors) => slopesAlong(objective, point, vectors, signal),
    seed,
  );
  if (!Number.isFinite(overRows.value)) return null;
  const { standardError } = overRows;
  const error = standardError !== null && Number.isFinite(standardError) ? standardError : null;
  return { value, overRows: { value: overRows.value, standardError: error } };
}

async function largestAt(objective: Objective, point: Point, { request, near, signal }: SharpnessAsked) {
  let search: Eigenvalues | undefined;
  try {
    search = await Eigenvalues.open(objective, point, { ...request, top: 1 }, signal);
    const start = near && {
      vector: near.slice(),
      product: (await search.operator.apply([near], signal))[0],
    };
    const result = await search.largest({
      ...(start ? { start: () => start } : {}),
      onProgress: () => undefined,
    });
    const [{ value, errorBound, converged, heldFixed = null }] = result.values;
    return {
      largest: { value, errorBound, converged, heldFixed },
      vector: result.pairs[0].vector,
      products: result.products + (start ? 1 : 0),
    };
  } catch (error) {
    if (error instanceof NotFiniteError) return undefined;
    throw error;
  } finally {
    search?.dispose();
  }
}
