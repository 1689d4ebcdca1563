import { inversePermutation } from '../shape';
import { broadcast, concat, pad, reshape, reverse, slice, sliceAxis, transpose } from './arrangement';
import { reduceSum } from './reduction';
import { type Rule, linearRule } from './rule';

type Arrangement = 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'reverse';

/** Derivatives of the arrangements. Apart from them, for what broadcasts is summed going back, and sums arrange. */
export const arrangementRules: { readonly [O in Arrangement]: Rule<O> } = {
  reshape: linearRule(
    (node, tangent) => reshape(tangent, node.shape),
    (node, cotangent) => reshape(cotangent, node.inputs[0].shape),
  ),
  transpose: linearRule(
    (node, tangent) => transpose(tangent, node.attributes.permutation),
    (node, cotangent) => transpose(cotangent, inversePermutation(node.attributes.permutation)),
  ),
  broadcast: linearRule(
    (node, tangent) => broadcast(tangent, node.shape),
    (node, cotangent) => {
      const source = node.inputs[0].shape;
      const lead = node.shape.length - source.length;
      const axes = node.shape.flatMap((extent, axis) => (source[axis - lead] === extent ? [] : [axis]));
      return reshape(reduceSum(cotangent, axes), source);
    },
  ),
  slice: linearRule(
    ({ attributes: { starts, limits, strides } }, tangent) => slice(tangent, starts, limits, strides),
    ({ attributes: { starts, strides }, inputs: [x], shape }, cotangent) => {
      const high = x.shape.map((extent, a) => extent - (starts[a] + (shape[a] - 1) * strides[a] + 1));
      return pad(
        cotangent,
        starts,
        high,
        strides.map((stride) => stride - 1),
      );
    },
  ),
  pad: linearRule(
    ({ attributes: { low, high, interior } }, tangent) => pad(tangent, low, high, interior),
    ({ attributes: { low, high, interior }, shape }, cotangent) =>
      slice(
        cotangent,
        low,
        shape.map((extent, a) => extent - high[a]),
        interior.map((count) => count + 1),
      ),
  ),
  concat: {
    jvp: (node, tangents) =>
      tangents.some((tangent) => tangent)
        ? concat(
            tangents.map((tangent, i) => tangent ?? node.graph.fill(0, node.inputs[i].shape)),
            node.attributes.axis,
          )
        : undefined,
    vjp: (node, cotangent) => {
      let start = 0;
      return node.inputs.map((input) => {
        const limit = start + input.shape[node.attributes.axis];
        const part = sliceAxis(cotangent, node.attributes.axis, start, limit);
        start = limit;
        return part;
      });
    },
  },
  reverse: linearRule(
    (node, tangent) => reverse(tangent, node.attributes.axes),
    (node, cotangent) => reverse(cotangent, node.attributes.axes),
  ),
};
