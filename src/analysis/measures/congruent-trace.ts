import { loaded } from '../../core/long-vector';
import type { SymmetricOperator } from '../operator';
import { largest } from '../spectrum/largest';
import { type Block, trace, type TraceResult } from '../spectrum/trace';
import type { MeasureContext } from './measure';

/** A linear map T into parameter space, with its transpose. */
export interface LinearMap {
  /** Columns of T: coordinates on the near side. */
  readonly dimension: number;
  apply(coordinates: Float64Array): Float64Array;
  transposed(vector: Float64Array): Float64Array;
}

/** Eigenvectors of T'HT that the trace has exactly: as many as the report has of H itself. */
const TOP = 5;
/** Products it takes on real networks, eigenvectors and probes together. */
export const CONGRUENT_TRACE_WORK = 45;

/**
 * tr T'HT, the trace of the Hessian in other coordinates, and the traces of blocks of it: exact on a Krylov space of T'HT
 * and by Rademacher probes beside it, as `spectrum/trace.ts` has it. Standard errors are over the probes.
 * @param stream separates this use from others under the same seed.
 */
export async function congruentTrace(
  { hessian, seed, signal, progress }: Pick<MeasureContext, 'hessian' | 'seed' | 'signal' | 'progress'>,
  map: LinearMap,
  stream: number,
  blocks: readonly Block[] = [],
): Promise<TraceResult> {
  const operator: SymmetricOperator = {
    dimension: map.dimension,
    ...(hessian.precision ? { precision: hessian.precision } : {}),
    apply: async (vectors, cancelled) => {
      const images = await hessian.apply(
        vectors.map((vector) => map.apply(loaded(vector))),
        cancelled,
      );
      return images.map((image) => map.transposed(image));
    },
  };
  const own = { seed: seed + stream, signal };
  const advance = (products: number) => progress(Math.min(1, products / CONGRUENT_TRACE_WORK));
  const found = await largest(operator, { ...own, count: Math.min(TOP, map.dimension), onProgress: advance });
  return trace(operator, {
    ...own,
    space: found.space,
    blocks,
    onProgress: (_estimate, probes) => advance(found.products + probes),
  });
}
