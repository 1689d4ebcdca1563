import type { LayerSource } from '../../../contract/source';

/** What the numbers of a tensor are, whatever their width. */
export type ElementType = 'float' | 'integer' | 'boolean';

/** A tensor stored in the file, row-major. Halves are widened; integers are exact up to 2^53, booleans are 0 and 1. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  /** The stored type by ONNX's name: FLOAT, FLOAT16, INT64... */
  readonly stored: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** In the body of a function: the attribute of this name at the call. */
export interface AttributeReference {
  readonly reference: string;
}

/** An attribute of a kind that no known operator has: a graph, a type, sparse tensors. */
export interface ForeignAttribute {
  readonly foreign: string;
}

export type OnnxAttribute =
  number | string | readonly number[] | OnnxTensor | AttributeReference | ForeignAttribute;

/** One operator of the graph. An input that is left out is ''. */
export interface OnnxNode {
  readonly name: string;
  /** '' for the standard set. */
  readonly domain: string;
  readonly operator: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Strings in lists, which are names, are joined by commas. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  /** The row of a table that stands for padding, which PyTorch gives no gradient, where the file lets one know. */
  readonly paddingRow?: number;
}

/** An operator made of others, defined in the file itself. */
export interface OnnxFunction {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly defaults: ReadonlyMap<string, OnnxAttribute>;
  readonly nodes: readonly OnnxNode[];
  /** Version of the standard set that the body is written in; undefined: the model's. */
  readonly opset: number | undefined;
}

/** What a tensor was in the network: `state` where it was a parameter or a buffer, and the file does not say which. */
export type TensorOrigin = 'parameter' | 'buffer' | 'constant' | 'state';

/** What is fed. An extent is undefined where the file leaves it open or names it only. */
export interface OnnxInput {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | undefined)[] | undefined;
}

/** An ONNX file, read but not yet turned into a graph. */
export interface OnnxCheckpoint {
  readonly format: 'onnx';
  readonly name: string;
  /** Version of the standard operator set. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  /** In the file's order, by name. */
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
  /** The shapes that the file says its outputs have, where it says so. */
  readonly outputShapes: ReadonlyMap<string, OnnxInput['shape']>;
  /** By {@link functionKey}. */
  readonly functions: ReadonlyMap<string, OnnxFunction>;
  /** What is known of its tensors, by name; the others are told by their use. */
  readonly origins: ReadonlyMap<string, TensorOrigin>;
  /** Does the exporter say what each tensor was, so that nothing has to be guessed? */
  readonly told: boolean;
  /** Where in the author's code tensors come from, by name. */
  readonly sources: ReadonlyMap<string, LayerSource>;
  readonly notes: readonly string[];
}

/** What identifies a function. */
export const functionKey = (domain: string, name: string, overload: string): string =>
  `${domain}::${name}:${overload}`;
