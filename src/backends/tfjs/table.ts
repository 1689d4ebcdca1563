import type { Op } from '../../autodiff/graph';
import { arrangementKernels } from './arrangement';
import { convolutionKernels } from './convolution';
import { elementwiseKernels } from './elementwise';
import type { Kernels } from './kernel';
import type { Tf } from './tf';
import { lookupKernels } from './lookup';
import { matmulKernels } from './matmul';
import { poolingKernels } from './pooling';
import { reductionKernels } from './reduction';

/** What a run feeds and what lasts beyond it are not computed. */
export type Computed = Exclude<Op, 'input' | 'constant'>;

/** Every operation that is computed, on TensorFlow.js's forward kernels alone: its own derivatives are not to be trusted. */
export function kernelTable(tf: Tf, explicitTransposes: boolean): Kernels<Computed> {
  return {
    fill: (_, { value }) => tf.scalar(value),
    ...elementwiseKernels(tf),
    ...arrangementKernels(tf),
    ...reductionKernels(tf),
    ...matmulKernels(tf, explicitTransposes),
    ...convolutionKernels(tf),
    ...poolingKernels(tf),
    ...lookupKernels(tf),
  };
}
