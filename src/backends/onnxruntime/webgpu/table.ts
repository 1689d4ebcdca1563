import { convolutionsBy } from '../emit/convolution';
import { accumulated } from '../emit/matmul';
import { standardOps } from '../emit/table';
import type { EmitTable } from '../emission';
import { asNumbers, elementwise, scalar } from '../tensor';
import { convolve } from './convolution';
import { lookupOps } from './lookup';
import { poolingOps } from './pooling';
import { trigonometryOps } from './trigonometry';

/**
 * How every primitive is written for ONNX Runtime's WebGPU provider: in the operators that it has (1.30), so that nothing
 * is left to the processor in silence.
 */
export const webgpuOps: EmitTable = {
  ...standardOps,
  ...convolutionsBy(convolve),
  ...poolingOps,
  ...lookupOps,
  ...trigonometryOps,
  sign: (node, emission) => {
    const [x, zero] = [emission.operand(node, 0), scalar(emission.model, 0)];
    return elementwise('Sub', [
      asNumbers(elementwise('Greater', [x, zero])),
      asNumbers(elementwise('Greater', [zero, x])),
    ]);
  },
  // A convolution's bias stays outside it: it may be written as several operators.
  add: (node, emission) =>
    accumulated(node, emission) ?? elementwise('Add', [emission.operand(node, 0), emission.operand(node, 1)]),
};
