import { sizeOf } from '../../core/size-of';
import type { Kernel } from './kernel';

export const lookupKernels: { readonly [O in 'oneHot' | 'gather' | 'scatterAdd']: Kernel<O> } = {
  oneHot: ([indices], { depth }, shape) => {
    const out = new Float64Array(sizeOf(shape));
    indices.data.forEach((index, i) => {
      if (index >= 0 && index < depth) out[i * depth + index] = 1;
    });
    return out;
  },
  gather: ([table, indices], _, shape) => {
    const width = sizeOf(table.shape.slice(1));
    const out = new Float64Array(sizeOf(shape));
    indices.data.forEach((index, i) =>
      out.set(table.data.subarray(index * width, (index + 1) * width), i * width),
    );
    return out;
  },
  scatterAdd: ([updates, indices], _, shape) => {
    const width = sizeOf(shape.slice(1));
    const out = new Float64Array(sizeOf(shape));
    indices.data.forEach((index, i) => {
      for (let j = 0; j < width; j++) out[index * width + j] += updates.data[i * width + j];
    });
    return out;
  },
};
