import { gradientNormOverRows } from '../../../analysis/gradient-over-rows';
import type { Estimate, LayerCurvature } from '../../../contract/report';
import { norm } from '../../../core/vectors';
import { formatNumber, withError } from '../../../wording/format-number';
import { originsOf } from '../layer-origins';
import { ALONG, type AnalysisStage, COMPILE_ALONG, COMPILE_GRADIENT, GRADIENT } from './stage';

/** Vectors along which the rows' gradients are taken. */
const VECTORS = 9;

/** The gradient of the loss, its norm with what other rows would make of it, and the norms of the tensors. */
export const gradient: AnalysisStage = {
  name: 'gradient',
  isAsked: () => true,
  work: () => 1,
  products: 0,
  cost: (_, __, cost) =>
    GRADIENT * cost.single +
    VECTORS * ALONG * cost.single +
    (COMPILE_GRADIENT + COMPILE_ALONG) * cost.compileSingle,
  async run(state) {
    const { problem, origin, request } = state.subject;
    const { objective } = problem;
    const { gradient: slopes } = await objective.gradient(origin, state.signal);
    state.gradient = objective.resting.put(slopes);
    const value = norm(slopes);
    state.report.gradientNorm = { value, standardError: null, reason: 'of these rows' };
    state.publish();
    const overRows = await gradientNormOverRows(
      slopes,
      async (vector) => (await objective.directional(origin, vector, state.signal)).first,
      request.seed,
    );
    state.report.gradientNorm = {
      value,
      standardError: null,
      reason: beyondText(overRows),
      overRows,
    };
    const origins = request.layers === 'off' ? undefined : await originsOf(problem, request);
    state.report.layers = origins
      ? objective.parameters.blocks.map(
          ({ name, layer, shape, length: parameters, offset }): LayerCurvature => ({
            name,
            layer,
            shape: [...shape],
            parameters,
            norm: norm(origin.theta.subarray(offset, offset + parameters)),
            ...origins.get(name),
          }),
        )
      : [];
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
