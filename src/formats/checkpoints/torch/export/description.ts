import type { LayerSource } from '../../../../contract/source';
import type { ElementType } from '../../onnx/description';

/** A tensor of the archive: a parameter, a buffer or a constant. */
export interface ExportedTensor {
  /** Its path in the module, `layer1.0.conv1.weight`. */
  readonly name: string;
  /** All its paths: several where parameters are tied. */
  readonly names: readonly string[];
  readonly type: ElementType;
  /** PyTorch's name of the stored type, `bfloat16`. */
  readonly stored: string;
  readonly shape: readonly number[];
  readonly kind: 'parameter' | 'buffer' | 'constant';
  /** Does training move it? False for what `requires_grad_(False)` froze. */
  readonly learned: boolean;
  readonly data: Float32Array | Float64Array;
}

/** What an operator is given under a name of its schema. A number of the graph that only a run knows is a symbol. */
export type Argument =
  | { readonly kind: 'tensor'; readonly name: string }
  | { readonly kind: 'tensors'; readonly names: readonly (string | undefined)[] }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'numbers'; readonly values: readonly (number | { readonly symbol: string })[] }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'graph'; readonly graph: ExportedGraph }
  | { readonly kind: 'none' };

/** One call of an operator. */
export interface ExportedNode {
  readonly name: string;
  /** With its overload and without `torch.ops.`: `aten.add.Tensor`, `_operator.mul`. */
  readonly target: string;
  readonly inputs: readonly (readonly [name: string, argument: Argument])[];
  readonly outputs: readonly Argument[];
  /** The modules around the call, the outermost first: path and class. */
  readonly modules: readonly ExportedModule[];
}

/** A module that was being called. */
export interface ExportedModule {
  readonly path: string;
  readonly className: string;
}

/** Nodes in order, with the names of what goes in and what comes out. */
export interface ExportedGraph {
  readonly inputs: readonly Argument[];
  readonly outputs: readonly Argument[];
  readonly nodes: readonly ExportedNode[];
  /** Extents of every tensor as recorded at the export; null where the program leaves them open. */
  readonly shapes: ReadonlyMap<string, readonly (number | null)[]>;
}

/** What the model is fed. */
export interface ExportedInput {
  /** The argument's name in `forward`. */
  readonly name: string;
  /** Its name in the graph. */
  readonly placeholder: string;
  readonly type: ElementType;
  readonly shape: readonly (number | null)[];
}

/** A program of `torch.export`, read but not yet turned into a graph of ours. */
export interface TorchExport {
  readonly format: 'torch-export';
  readonly name: string;
  readonly torchVersion: string | undefined;
  /** As it was exported: by a network in training mode or in evaluation. */
  readonly inTraining: boolean;
  readonly graph: ExportedGraph;
  readonly inputs: readonly ExportedInput[];
  /** Tensors by their names in the graph; names that share one storage share one entry. */
  readonly tensors: ReadonlyMap<string, ExportedTensor>;
  /** What forward returned that is a tensor: the name of a dictionary's entry where it was one. */
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** Where in the author's code tensors come from, by their first names. */
  readonly sources: ReadonlyMap<string, LayerSource>;
  readonly notes: readonly string[];
}
