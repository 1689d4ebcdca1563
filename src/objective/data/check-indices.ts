import { type Node, isOp } from '../../autodiff/graph';
import { sizeOf } from '../../core/size-of';
import type { Model } from '../../network/model';
import { UserError } from '../../core/errors';
import type { Split } from './split';
import type { Column } from '../../lanes/columns';
import { inputPort } from '../../lanes/ports';
import { outputNode } from '../loss/output-node';

/**
 * Refuses inputs that are looked up in a table (an embedding) and hold anything but its rows' numbers: computed, they
 * would be zeros, another row, or a failure, by the backend.
 * @throws UserError that names the input, the row, the value and the size of the table.
 */
export function checkIndices(
  model: Model,
  parts: readonly (readonly [split: Split | undefined, name: string])[],
  file: string,
): void {
  if (model.inputs.every(({ dtype }) => dtype !== 'int32')) return;
  const tables = tableSizes(outputNode(model));
  model.inputs.forEach(({ name, dtype }, i) => {
    if (dtype !== 'int32') return;
    const size = tables.get(inputPort(i)) ?? Infinity;
    for (const [split, part] of parts)
      if (split) checkColumn(split.inputs[i], size, `the ${part} input ${name} in ${file}`);
  });
}

function checkColumn({ shape, data }: Column, size: number, name: string): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isInteger(value) && value >= 0 && value < size) continue;
    const table = Number.isFinite(size) ? `, which has ${size} rows (0 to ${size - 1})` : '';
    throw new UserError(
      `Row ${Math.floor(i / sizeOf(shape))} of ${name} holds ${value}, but the model looks its numbers up in a table${table}: give the indices it was trained on.`,
    );
  }
}

/** The rows of the smallest table that each input, by its port, is looked up in. */
function tableSizes(output: Node): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const node of ancestorsOf(output)) {
    if (!isOp(node, 'gather')) continue;
    const [table, indices] = node.inputs;
    // Whole numbers are only moved about, never computed: every input behind the indices is one.
    for (const source of ancestorsOf(indices))
      if (isOp(source, 'input')) {
        const { name } = source.attributes;
        sizes.set(name, Math.min(sizes.get(name) ?? Infinity, table.shape[0]));
      }
  }
  return sizes;
}

/** A node and all that it depends on. */
function ancestorsOf(node: Node): Set<Node> {
  const found = new Set([node]);
  for (const each of found) for (const input of each.inputs) found.add(input);
  return found;
}
