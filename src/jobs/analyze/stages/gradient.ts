import { gradientNormOverRows } from '../../../analysis/gradient-over-rows';
import type { Estimate, LayerCurvature } from '../../../contract/report';
import { norm } from '../../../core/vectors';
import { formatNumber, withError } from '../../../wording/format-number';
import { slopesAlong } from '../../../objective/evaluation/slopes-along';
import { originsOf } from '../layer-origins';
import { ALONG, type AnalysisStage, COMPILE_ALONG, COMPILE_GRADIENT, GRADIENT } from './stage';

/** Vectors along which the rows' gradients are taken. */
const VECTORS = 9;

/** The gradient of the loss, its norm, and the norms of the tensors. */
export const gradient: AnalysisStage = {
  name: 'gradient',
  isAsked: () => true,
  work: () => 1,
  products: 0,
  cost: (_, __, cost) => GRADIENT * cost.single + COMPILE_GRADIENT * cost.compileSingle,
  async run(state) {
    const { problem, origin, request } = state.subject;
    const { objective } = problem;
    const { gradient: slopes } = await objective.gradient(origin, state.signal);
    state.gradient = objective.resting.put(slopes);
    const value = norm(slopes);
    state.report.gradientNorm = { value, standardError: null, reason: 'of these rows' };
    state.publish();
    const { theta } = origin;
    const origins = request.layers === 'off' ? undefined : await originsOf(problem, request);
    state.report.layers = origins
      ? objective.parameters.blocks.map(
          ({ name, layer, shape, length: parameters, offset }): LayerCurvature => ({
            name,
            layer,
            shape: [...shape],
            parameters,
            norm: norm(theta.subarray(offset, offset + parameters)),
            ...origins.get(name),
          }),
        )
      : [];
    state.publish();
  },
};

/** What other rows would make of the gradient: as dear as a few products, so that eigenvalues come first. */
export const gradientOverRows: AnalysisStage = {
  name: 'gradient over rows',
  isAsked: () => true,
  work: () => 1,
  products: 0,
  cost: (_, __, cost) => VECTORS * ALONG * cost.single + COMPILE_ALONG * cost.compileSingle,
  async run(state) {
    const { problem, origin, request } = state.subject;
    const overRows = await gradientNormOverRows(
      state.gradient,
      (vectors) => slopesAlong(problem.objective, origin, vectors, state.signal),
      request.seed,
    );
    state.report.gradientNorm = { ...state.report.gradientNorm!, reason: beyondText(overRows), overRows };
    state.publish();
  },
};

/** What the gradient of these rows says of all rows like them. */
function beyondText({ value, standardError, reason }: Estimate): string {
  if (standardError === null) return reason ?? '';
  const found =
    value > 2 * standardError
      ? withError(value, standardError)
      : `${formatNumber(value, 2)} ± ${formatNumber(standardError, 2)}, zero within its error`;
  return `of these rows; over all rows like them ${found}`;
}
