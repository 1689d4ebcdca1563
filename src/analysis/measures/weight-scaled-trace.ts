import { congruentTrace, CONGRUENT_TRACE_WORK, type LinearMap } from './congruent-trace';
import type { MeasureContext, MeasureDefinition, MeasureResult } from './measure';
import { measureStreams } from './streams';

/**
 * The trace of the Hessian in the scale of the weights: sum over i of w_i^2 H_ii = tr DHD with D = diag(w), that is in
 * the coordinates d/|w| of ASAM (Kwon et al. 2021). Half of it is the rise of the mean loss to second order when every
 * weight is multiplied by 1 + e, the e independent and of variance 1. All trainable tensors take part.
 */
async function run(context: MeasureContext): Promise<MeasureResult> {
  const { theta } = context.origin;
  const scaled = (vector: Float64Array) => vector.map((component, i) => theta[i] * component);
  const map: LinearMap = { dimension: theta.length, apply: scaled, transposed: scaled };
  const stream = measureStreams.weightScaledTrace;
  const { value, standardError, probes } = await congruentTrace(context, map, stream);
  return {
    measures: [
      {
        id: 'weight-scaled-trace',
        value,
        standardError,
        settings: { operator: 'hessian', tensors: 'all', probes, seed: context.seed, error: 'over probes' },
        invariant: true,
        note: 'Σ wᵢ²Hᵢᵢ, the trace in the coordinates d/|w| (Kwon et al. 2021).',
      },
    ],
  };
}

export const weightScaledTrace: MeasureDefinition = {
  ids: ['weight-scaled-trace'],
  work: () => CONGRUENT_TRACE_WORK,
  run,
};
