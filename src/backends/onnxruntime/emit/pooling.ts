import type { WindowAttributes } from '../../../autodiff/graph';
import type { ProgramNode } from '../../../autodiff/program';
import { sizeOf } from '../../../core/size-of';
import type { EmitTable, Operands } from '../emission';
import { Tensor, elementwise, scalar } from '../tensor';
import { scatterRows } from './lookup';

type MaxPooling = 'maxPool' | 'maxPoolGather' | 'maxPoolScatter';

function windowAttributes({ window, strides, padding }: WindowAttributes) {
  const pads = [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
  return { kernel_shape: window, strides, pads };
}

/** The maxima of the first input's windows and their positions in the flat tensor, found once for all that ask. */
function maxima(node: ProgramNode<MaxPooling>, emission: Operands, pooled: readonly number[]) {
  const [values, positions] = emission.model.node(
    'MaxPool',
    [emission.whole(node, 0).name],
    windowAttributes(node.attributes),
    2,
  );
  return {
    values: new Tensor(emission.model, values, pooled),
    positions: new Tensor(emission.model, positions, pooled),
  };
}

function scatter(node: ProgramNode<'maxPoolScatter'>, emission: Operands): Tensor {
  const { model } = emission;
  const { window, strides } = node.attributes;
  const cotangent = emission.whole(node, 1);
  const { positions } = maxima(node, emission, cotangent.shape);
  // Windows apart: no position comes twice. The operator's own windows only say how large the result is at least.
  if (window.every((width, i) => width <= strides[i])) {
    const ones = window.map(() => 1);
    return cotangent.apply('MaxUnpool', node.shape, { kernel_shape: ones, strides: ones }, [
      positions.name,
      model.integers(node.shape),
    ]);
  }
  const column = cotangent.reshape([sizeOf(cotangent.shape), 1]);
  return scatterRows(column, positions, sizeOf(node.shape)).reshape(node.shape);
}

export const poolingOps: Pick<EmitTable, 'sumPool' | MaxPooling> = {
  sumPool: (node, emission) => {
    const mean = emission.whole(node, 0).apply('AveragePool', node.shape, {
      ...windowAttributes(node.attributes),
      count_include_pad: 1,
    });
    return elementwise('Mul', [mean, scalar(emission.model, sizeOf(node.attributes.window))]);
  },
  maxPool: (node, emission) => maxima(node, emission, node.shape).values,
  maxPoolGather: (node, emission) => {
    const values = emission.whole(node, 1);
    const { positions } = maxima(node, emission, node.shape);
    const list = positions.reshape([sizeOf(node.shape)]);
    // On flat tensors `GatherElements` is four times faster than `Gather`.
    return values
      .reshape([sizeOf(values.shape)])
      .apply('GatherElements', list.shape, { axis: 0 }, [list.name])
      .reshape(node.shape);
  },
  maxPoolScatter: scatter,
};
