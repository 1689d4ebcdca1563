import { convolutionsBy } from '../emit/convolution';
import { accumulated } from '../emit/matmul';
import { standardOps } from '../emit/table';
import type { EmitTable } from '../emission';
import { Tensor, elementwise } from '../tensor';
import { convolve } from './convolution';
import { lookupOps } from './lookup';
import { poolingOps } from './pooling';
import { scalar } from './scalar';
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
    const { model } = emission;
    const x = emission.operand(node, 0);
    const [above, below] = [
      elementwise('Greater', [x, scalar(model, 0)]),
      elementwise('Greater', [scalar(model, 0), x]),
    ].map((condition) => new Tensor(model, model.toFloat(condition.name), condition.shape));
    return elementwise('Sub', [above, below]);
  },
  // A convolution's bias stays outside it: it may be written as several operators.
  add: (node, emission) =>
    accumulated(node, emission) ?? elementwise('Add', [emission.operand(node, 0), emission.operand(node, 1)]),
};
