import type { ParameterBlock } from '../../objective/programs/parameter-space';
import { congruentTrace, CONGRUENT_TRACE_WORK } from './congruent-trace';
import { filterMixing } from './filter-mixing';
import type { MeasureContext, MeasureDefinition, MeasureResult } from './measure';
import { measureStreams } from './streams';

/** Multiplications that one product may take beside the Hessian's: a few seconds. */
const MOST_MULTIPLICATIONS = 4e9;

/**
 * Relative flatness of every layer, and its sum over them (Petzka et al. 2021): with the filters w_s of a kernel
 * W [filters, columns] and the blocks H_ss' of the Hessian between filters,
 *
 *   kappa = sum over s, s' of <w_s, w_s'> tr H_ss'.
 *
 * Written out, tr H_ss' = sum over columns t of H_(s,t)(s',t), so kappa is the trace of M'HM for the map M that makes
 * V = L R of a matrix R, where L L' = W W': one product with H, all kernels at once, gives one product with M'HM. Its
 * trace is estimated as that of H is, and kappa of a layer is the trace of the layer's diagonal block. Biases, norms and
 * embeddings have no part in it.
 */
async function run(context: MeasureContext): Promise<MeasureResult> {
  const { origin, blocks, seed } = context;
  const kernels = blocks.filter(({ role, filterAxis }) => role === 'kernel' && filterAxis !== undefined);
  if (kernels.length === 0)
    return { measures: [], notes: ['The model has no trainable kernel, so relative-flatness is left out.'] };
  const multiplications = ({ shape, filterAxis, length }: ParameterBlock) =>
    2 * length * Math.min(shape[filterAxis!], length / shape[filterAxis!]);
  if (kernels.reduce((sum, kernel) => sum + multiplications(kernel), 0) > MOST_MULTIPLICATIONS)
    return { measures: [], notes: ['The kernels are too large for relative-flatness, which is left out.'] };
  const mixing = filterMixing(origin.theta, kernels);
  const stream = measureStreams.relativeFlatness;
  const {
    value,
    standardError,
    probes,
    blocks: layers,
  } = await congruentTrace(context, mixing, stream, mixing.blocks);
  return {
    measures: [
      {
        id: 'relative-flatness',
        value,
        standardError,
        settings: {
          operator: 'hessian',
          probes,
          seed,
          error: 'over probes',
          layers: kernels.map(({ name }, i) => ({ name, ...layers[i] })),
        },
        invariant: false,
        note: 'Σ ⟨wₛ, wₛ′⟩ tr Hₛₛ′ over the filters of each kernel, summed over kernels (Petzka et al. 2021). Stays when whole layers are rescaled, moves when single neurons are.',
      },
    ],
  };
}

export const relativeFlatness: MeasureDefinition = {
  ids: ['relative-flatness'],
  work: () => CONGRUENT_TRACE_WORK,
  run,
};
