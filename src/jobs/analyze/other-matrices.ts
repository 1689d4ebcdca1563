import { trace } from '../../analysis/spectrum/trace';
import type { Objective, Point } from '../../objective/evaluation/objective';
import type { Beside } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import type { OperatorName } from '../../contract/vocabulary';
import { Eigenvalues } from './eigenvalues';

/** What each matrix is compared with. The exact Fisher matrix, where it exists, is the Gauss-Newton one. */
const BESIDE: Readonly<Record<OperatorName, readonly OperatorName[]>> = {
  hessian: ['ggn', 'empirical-fisher'],
  ggn: ['hessian', 'empirical-fisher'],
  fisher: ['hessian', 'empirical-fisher'],
  'empirical-fisher': ['hessian', 'ggn'],
};

/**
 * Largest eigenvalues and trace of the curvature matrices beside the one that is asked for, one after another, searched
 * and questioned as that one's are.
 */
export async function besideMatrices(
  objective: Objective,
  point: Point,
  request: AnalyzeRequest,
  {
    signal,
    onProgress,
    onMatrix,
  }: {
    readonly signal: AbortSignal;
    readonly onProgress: (products: number) => void;
    readonly onMatrix: (beside: Beside) => void;
  },
): Promise<void> {
  const { seed } = request;
  let spent = 0;
  const advance = (products: number) => onProgress(spent + products);
  for (const operator of BESIDE[request.operator]) {
    const eigenvalues = await Eigenvalues.open(objective, point, { ...request, operator }, signal);
    try {
      const { pairs, space, products } = await eigenvalues.largest({ onProgress: advance });
      spent += products;
      const { blocks: _, ...total } = await trace(eigenvalues.operator, {
        space,
        seed,
        signal,
        onProgress: (_value, probes) => advance(probes),
      });
      spent += total.products;
      onMatrix({
        operator,
        largest: pairs.map(({ value, residual, errorBound, converged }) => ({
          value,
          residual,
          errorBound,
          converged,
        })),
        trace: { value: total.value, standardError: total.standardError, probes: total.probes },
      });
    } finally {
      eigenvalues.dispose();
    }
  }
}
