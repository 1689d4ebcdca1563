import type { ModelTensor } from '../../../../network/model';
import type { ExportedGraph, TorchExport } from './description';

/** The row of an embedding that stands for padding: PyTorch gives it no gradient, so it is no parameter but stays as it is. */
export interface PaddingRow {
  /** The embedding's weight in the graph. */
  readonly placeholder: string;
  /** The row as a tensor [1, width] of its own, which interpolation moves as it does running statistics. */
  readonly tensor: ModelTensor;
}

/** The padding rows of a program's embeddings (`padding_idx` of `torch.nn.Embedding`), one a weight. */
export function paddingRows({ graph, tensors }: Pick<TorchExport, 'graph' | 'tensors'>): PaddingRow[] {
  const found = new Map<string, PaddingRow>();
  for (const [placeholder, row] of paddingIndices(graph)) {
    const weight = tensors.get(placeholder);
    if (weight?.kind !== 'parameter' || weight.type !== 'float' || weight.shape.length !== 2) continue;
    const [, width] = weight.shape;
    const end = weight.name.lastIndexOf('.');
    found.set(placeholder, {
      placeholder,
      tensor: {
        name: `${weight.name}[${row}]`,
        layer: end > 0 ? weight.name.slice(0, end) : weight.name,
        shape: [1, width],
        role: 'embedding',
        trainable: false,
        data: weight.data.slice(row * width, (row + 1) * width),
      },
    });
  }
  return [...found.values()];
}

/** Weights of embeddings with the row that is padding. */
function paddingIndices({ nodes }: ExportedGraph): [placeholder: string, row: number][] {
  return nodes.flatMap(({ target, inputs }) => {
    if (target !== 'aten.embedding.default') return [];
    const weight = inputs[0]?.[1];
    const row = inputs.find(([name]) => name === 'padding_idx')?.[1];
    return weight?.kind === 'tensor' && row?.kind === 'number' && row.value >= 0
      ? [[weight.name, row.value] as [string, number]]
      : [];
  });
}
