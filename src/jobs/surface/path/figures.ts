import { gradientNormOverRows } from '../../../analysis/gradient-over-rows';
import { trace as traceOf } from '../../../analysis/spectrum/trace';
import type { Along, AlongPath } from '../../../contract/path';
import type { AnalyzeRequest } from '../../../contract/settings';
import type { Point } from '../../../objective/evaluation/objective';
import { slopesAlong } from '../../../objective/evaluation/slopes-along';
import { Eigenvalues } from '../../analyze/eigenvalues';
import type { Problem } from '../../preparation/problem';

type Figures = Pick<Along, 'gradientNorm' | 'largest' | 'trace'>;

/**
 * What is asked for at a point of a path: the gradient's norm with its error over rows (a gradient and nine derivatives
 * along vectors), the largest eigenvalue and the trace (some tens of products each).
 *
 * @throws UserError, CancelledError
 */
export async function figuresAt(
  { objective }: Problem,
  point: Point,
  {
    request,
    along,
    signal,
  }: { readonly request: AnalyzeRequest; readonly along: AlongPath; readonly signal: AbortSignal },
): Promise<Figures> {
  if (along === 'steps') return {};
  const { gradient } = await objective.gradient(point, signal);
  const { value, standardError } = await gradientNormOverRows(
    gradient,
    (vectors) => slopesAlong(objective, point, vectors, signal),
    request.seed,
  );
  const gradientNorm = { value, standardError };
  if (along === 'gradient') return { gradientNorm };
  const search = await Eigenvalues.open(objective, point, { ...request, top: 1 }, signal);
  try {
    const { values, space } = await search.largest({ onProgress: () => undefined });
    const [{ value: largest, errorBound, converged }] = values;
    const { value: sum, standardError: overProbes } = await traceOf(search.operator, {
      space,
      seed: request.seed,
      signal,
    });
    return {
      gradientNorm,
      largest: { value: largest, errorBound, converged },
      trace: { value: sum, standardError: overProbes },
    };
  } finally {
    search.dispose();
  }
}
