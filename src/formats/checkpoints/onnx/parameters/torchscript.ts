import type { OnnxNode, OnnxTensor, TensorOrigin } from '../description';
import { isVaried, orderOfAxes, rearranging } from './rearrangement';
import { EXPORTS_WHOLE, type Settled, type Unsettled, listed } from './settled';

// Files by PyTorch's older exporter (TorchScript), and by newer ones whose own words were stripped: tensors of the network
// keep their names, those that the exporter computed are called `onnx::Conv_25` or `val_9`.

const isAnonymous = (name: string): boolean => /^onnx::|^val_\d+$|\/|_output_\d+$/.test(name);

/** The parameters as far as names and numbers tell them. */
export function settleTorchScript({ nodes, initializers }: Unsettled): Settled {
  const apart = unmerged(nodes, initializers);
  const tied = retied(apart.nodes, apart.initializers);
  const padding = paddingRows(tied.nodes, tied.initializers);
  const names = [...tied.initializers.values()].filter(({ type }) => type === 'float');
  return {
    nodes: padding.nodes,
    initializers: tied.initializers,
    told: false,
    origins: new Map(
      names.flatMap(({ name }): [string, TensorOrigin][] => (isAnonymous(name) ? [] : [[name, 'state']])),
    ),
    notes: [
      ...normNotes(nodes, initializers),
      ...apart.notes,
      ...tied.notes,
      ...padding.notes,
      ...positionNotes(tied.nodes, tied.initializers),
    ],
  };
}

/**
 * Tensors with equal numbers are one in such a file, the others `Identity` of it. Ones or zeros throughout are so by
 * accident; what varies and is equal was one tensor in the network.
 */
function unmerged(nodes: readonly OnnxNode[], initializers: ReadonlyMap<string, OnnxTensor>) {
  const own = new Map(initializers);
  const apart: string[] = [];
  const left = nodes.filter(({ operator, inputs, outputs }) => {
    const source = initializers.get(inputs[0]);
    if (operator !== 'Identity' || source?.type !== 'float' || isAnonymous(outputs[0]) || isVaried(source))
      return true;
    own.set(outputs[0], { ...source, name: outputs[0] });
    apart.push(outputs[0]);
    return false;
  });
  const notes =
    apart.length > 0
      ? [
          `Tensors of equal numbers that the exporter made one are parameters of their own again: ${listed(apart, 6)}.`,
        ]
      : [];
  return { nodes: left, initializers: own, notes };
}

/** A copy without a name that has the varied numbers of a tensor with one, in some order of its axes, is that tensor. */
function retied(nodes: readonly OnnxNode[], initializers: ReadonlyMap<string, OnnxTensor>) {
  const own = new Map(initializers);
  const before: OnnxNode[] = [];
  const ties: string[] = [];
  const floats = [...initializers.values()].filter(({ type, data }) => type === 'float' && data.length >= 4);
  const bySize = new Map<number, OnnxTensor[]>();
  for (const tensor of floats)
    if (!isAnonymous(tensor.name))
      bySize.set(tensor.data.length, [...(bySize.get(tensor.data.length) ?? []), tensor]);
  for (const copy of floats.filter((tensor) => isAnonymous(tensor.name) && isVaried(tensor))) {
    for (const source of bySize.get(copy.data.length) ?? []) {
      const order = orderOfAxes(source, copy);
      if (!order) continue;
      const { nodes: turning, shape } = rearranging(source, copy, order);
      own.delete(copy.name);
      own.set(shape.name, shape);
      before.push(...turning);
      ties.push(`${copy.name} is ${source.name}`);
      break;
    }
  }
  const notes =
    ties.length > 0 ? [`Tensors with the same numbers are one parameter here: ${listed(ties, 4)}.`] : [];
  return { nodes: [...before, ...nodes], initializers: own, notes };
}

/** The exporter folds a batch norm into the convolution before it, whose tensors then have no name of the network's. */
function normNotes(nodes: readonly OnnxNode[], initializers: ReadonlyMap<string, OnnxTensor>): string[] {
  const folded = nodes.flatMap(({ operator, inputs: [, weight, bias] }) => {
    if (!/^Conv(Transpose)?$/.test(operator) || !bias || !initializers.has(weight) || !initializers.has(bias))
      return [];
    const named = weight.endsWith('weight') && bias === weight.replace(/weight$/, 'bias');
    return named ? [] : [weight];
  });
  return folded.length > 0
    ? [
        `The weights and biases of ${folded.length === 1 ? 'a convolution' : `${folded.length} convolutions`} (${listed(folded, 4)}) have no names of the network's: the exporter folded batch normalization into them, so that the parameters, and their curvature, are other ones than those trained; ${EXPORTS_WHOLE}`,
      ]
    : [];
}

/** Tensors without a name that shift or scale: computed by the exporter, or parts of a table. */
function positionNotes(nodes: readonly OnnxNode[], initializers: ReadonlyMap<string, OnnxTensor>): string[] {
  const packed = nodes.flatMap(({ operator, inputs }) =>
    /^(Add|Mul|Sub|Div|Concat|Expand|Where|Gather)$/.test(operator)
      ? inputs.filter(
          (name) =>
            isAnonymous(name) &&
            initializers.get(name)?.type === 'float' &&
            (initializers.get(name)?.data.length ?? 0) > 1,
        )
      : [],
  );
  const names = [...new Set(packed)];
  return names.length > 0
    ? [
        `The exporter computed ${listed(names, 6)} from tensors of the network that are not in the file: whether from parameters or from constants it does not say; ${EXPORTS_WHOLE}`,
      ]
    : [];
}

/** The one row of a table that is zero throughout is that of `padding_idx`, which PyTorch gives no gradient. */
function paddingRows(nodes: readonly OnnxNode[], initializers: ReadonlyMap<string, OnnxTensor>) {
  const notes: string[] = [];
  const marked = nodes.map((node) => {
    const table = node.operator === 'Gather' ? initializers.get(node.inputs[0]) : undefined;
    if (table?.type !== 'float' || table.shape.length !== 2 || isAnonymous(table.name)) return node;
    const width = table.shape[1];
    const zero = Array.from({ length: table.shape[0] }, (_, row) => row).filter((row) =>
      table.data.subarray(row * width, (row + 1) * width).every((value) => value === 0),
    );
    if (zero.length !== 1) return node;
    notes.push(
      `Row ${zero[0]} of ${table.name} is zero, as PyTorch keeps that of padding_idx: it is taken to have no gradient.`,
    );
    return { ...node, paddingRow: zero[0] };
  });
  return { nodes: marked, notes: [...new Set(notes)] };
}
