import { claimed } from '../../../autodiff/shape';
import type { StoredTensor } from './description';
import { sizeOf } from '../../../core/size-of';

type Config = Readonly<Record<string, unknown>>;

/** The rank of a layer's low-rank adaptation (Hu et al. 2021); 0 where it has none. */
export const loraRank = ({ lora_rank: rank }: Config): number =>
  typeof rank === 'number' && Number.isInteger(rank) && rank > 0 ? rank : 0;

/** The weight that LoRA adapts, by the class of its layer. */
const ADAPTED: Readonly<Record<string, string>> = {
  Dense: 'kernel',
  EinsumDense: 'kernel',
  Conv1D: 'kernel',
  Conv2D: 'kernel',
  Conv3D: 'kernel',
  Embedding: 'embeddings',
};

/** The name of the weight that a layer's LoRA adapts, where it has any. */
export const adaptedWeight = (className: string, config: Config): string | undefined =>
  loraRank(config) > 0 && Object.hasOwn(ADAPTED, className) ? ADAPTED[className] : undefined;

/**
 * The two factors as Keras has them once a `.keras` file is loaded: it saves the sum of the weight and their product, and
 * begins with zeros again. Of a weight [..., n] they are [..., rank] and [rank, n].
 */
export function freshFactors(
  name: string,
  { shape }: Pick<StoredTensor, 'shape'>,
  rank: number,
): StoredTensor[] {
  const zeros = (part: string, extents: readonly number[]): StoredTensor => ({
    name: `lora_${name}_${part}`,
    shape: extents,
    data: new Float32Array(claimed(sizeOf(extents)).length),
  });
  return [zeros('a', [...shape.slice(0, -1), rank]), zeros('b', [rank, shape[shape.length - 1]])];
}
