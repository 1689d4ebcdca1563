import { sizeOf } from '../../../core/size-of';
import type { EmitTable } from '../emission';
import { Tensor, asNumbers, elementwise, scalar } from '../tensor';

/** What the provider has no operator for, or only one that takes int64. */
export const lookupOps: Pick<EmitTable, 'oneHot' | 'scatterAdd'> = {
  oneHot: (node, emission) => {
    const { model } = emission;
    const { depth } = node.attributes;
    const classes = new Tensor(
      model,
      model.initializer(
        Int32Array.from({ length: depth }, (_, i) => i),
        [depth],
      ),
      [depth],
    );
    const indices = emission.whole(node, 0);
    return asNumbers(elementwise('Equal', [indices.reshape([...indices.shape, 1]), classes]));
  },
  scatterAdd: (node, emission) => {
    const { model } = emission;
    const updates = emission.whole(node, 0);
    const indices = emission.whole(node, 1);
    const { rows } = node.attributes;
    const count = sizeOf(indices.shape);
    const width = sizeOf(node.shape) / rows;
    const rowsOf = indices.reshape([count, 1]).expand([count, width]);
    return scalar(model, 0)
      .expand([rows, width])
      .apply('ScatterElements', [rows, width], { axis: 0, reduction: 'add' }, [
        rowsOf.name,
        updates.reshape([count, width]).name,
      ])
      .reshape(node.shape);
  },
};
