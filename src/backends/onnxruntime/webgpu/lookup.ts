import { sizeOf } from '../../../core/size-of';
import type { EmitTable } from '../emission';
import { Tensor, elementwise } from '../tensor';
import { scalar } from './scalar';

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
    const isClass = elementwise('Equal', [indices.reshape([...indices.shape, 1]), classes]);
    return new Tensor(model, model.toFloat(isClass.name), node.shape);
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
