import type { Kernels } from './kernel';
import type { Tf } from './tf';

export function reductionKernels(tf: Tf): Kernels<'reduceSum' | 'reduceMax'> {
  return {
    reduceSum: ([x], { axes }) => {
      const { aligned } = x;
      // What is repeated is added up by counting it.
      const repeats = axes.reduce((count, axis) => count * (x.shape[axis] / aligned.shape[axis]), 1);
      const sum = axes.length === 0 ? aligned : tf.sum(aligned, [...axes]);
      return repeats === 1 ? sum : tf.mul(sum, repeats);
    },
    reduceMax: ([x], { axes }) => (axes.length === 0 ? x.aligned : tf.max(x.aligned, [...axes])),
  };
}
