import { sizeOf } from '../../../core/size-of';
import type { EmitTable } from '../emission';
import { Tensor } from '../tensor';

/** A zero tensor [rows, width] with `updates` [count, width] added at rows `positions` [count] (int64). */
export function scatterRows(updates: Tensor, positions: Tensor, rows: number): Tensor {
  const { model } = updates;
  const shape = [rows, updates.shape[1]];
  const table = new Tensor(model, model.node('ConstantOfShape', [model.integers(shape)])[0], shape);
  // `reduction: add` in one thread: repeated rows are added in order, so that digits repeat too.
  const spread = positions.reshape([updates.shape[0], 1]).expand(updates.shape);
  return table.apply('ScatterElements', shape, { axis: 0, reduction: 'add' }, [spread.name, updates.name]);
}

export const lookupOps: Pick<EmitTable, 'oneHot' | 'gather' | 'scatterAdd'> = {
  oneHot: (node, emission) => {
    const { model } = emission;
    const depth = model.initializer(Int32Array.of(node.attributes.depth), []);
    const offAndOn = model.initializer(Float32Array.of(0, 1), [2]);
    const indices = emission.whole(node, 0);
    // The operator takes no scalar.
    const list = indices.reshape([sizeOf(indices.shape)]);
    return list
      .apply('OneHot', [...list.shape, node.attributes.depth], {}, [depth, offAndOn])
      .reshape(node.shape);
  },
  gather: (node, emission) =>
    emission.whole(node, 0).apply('Gather', node.shape, { axis: 0 }, [emission.whole(node, 1).name]),
  scatterAdd: (node, emission) => {
    const indices = emission.whole(node, 1);
    const updates = emission.whole(node, 0);
    const count = sizeOf(indices.shape);
    const { rows } = node.attributes;
    const positions = new Tensor(emission.model, emission.model.toInt64(indices.name), indices.shape);
    return scatterRows(updates.reshape([count, sizeOf(node.shape) / rows]), positions, rows).reshape(
      node.shape,
    );
  },
};
