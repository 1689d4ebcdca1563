import type { EmitTable } from '../emission';
import { Tensor } from '../tensor';

type Arrangement = 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'reverse';

export const arrangementOps: Pick<EmitTable, Arrangement> = {
  reshape: (node, emission) => emission.whole(node, 0).reshape(node.shape),
  transpose: (node, emission) => emission.whole(node, 0).transpose(node.attributes.permutation),
  // Operators broadcast by themselves; `whole` repeats the values for one that does not.
  broadcast: (node, emission) => emission.operand(node, 0),
  slice: (node, emission) => {
    const { starts, limits, strides } = node.attributes;
    return emission.whole(node, 0).slice(starts, limits, strides);
  },
  pad: (node, emission) => {
    const { low, high, interior } = node.attributes;
    return emission.whole(node, 0).insertZeros(low, high, interior);
  },
  concat: (node, emission) => {
    const parts = node.inputs.map((_, i) => emission.whole(node, i).name);
    return new Tensor(emission.model, emission.model.node('Concat', parts, node.attributes)[0], node.shape);
  },
  reverse: (node, emission) => emission.whole(node, 0).reverse(node.attributes.axes),
};
