/** A float tensor from a checkpoint, row-major. float16 and bfloat16 are widened; float64 is kept as read. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** One output of one call of one layer: Keras' `keras_history`, the same in versions 2 and 3. */
export interface TensorReference {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
  /** Of an input of a model that takes a dictionary. */
  readonly key?: string;
}

/** An argument of a call: a tensor, a list of arguments, or a plain JSON value. */
export type CallArgument =
  | { readonly kind: 'tensor'; readonly tensor: TensorReference }
  | { readonly kind: 'list'; readonly items: readonly CallArgument[] }
  | { readonly kind: 'value'; readonly value: unknown };

/** One use of a layer in a Functional graph; a shared layer has several. */
export interface LayerCall {
  readonly arguments: readonly CallArgument[];
  readonly keywords: Readonly<Record<string, CallArgument>>;
}

/**
 * A layer as its file describes it, whatever the file's kind or Keras' version. `className` is Keras' own name;
 * somebody's own class keeps its package (`Custom>Dense`) and an operation of `keras.ops` is `ops.Add`. `trainable` counts
 * the models around it too. `variables` are the layer's own weights in Keras' order, each with the last part of its name:
 * `kernel`, `bias`, `gamma`, `moving_mean`... (`0`, `1`... for a class that is not known to have weights). Wrapped layers
 * and cells appear in `children` under their attribute (`layer`, `cell`, `cells/0`, `forward_layer`, `query_dense`...),
 * nested models in `model`.
 */
export interface LayerDescription {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly trainable: boolean;
  readonly variables: readonly StoredTensor[];
  readonly children: Readonly<Record<string, LayerDescription>>;
  readonly model?: ModelDescription;
  /** Empty for the layers of a Sequential model, which are called once, one after the other. */
  readonly calls: readonly LayerCall[];
}

/** A Sequential or Functional model: its layers, and for the latter which tensors go in and come out. */
export interface ModelDescription {
  readonly kind: 'Sequential' | 'Functional';
  readonly name: string;
  /** Somebody's own subclass, by its name with its package: what it overrides is Python code that the file does not hold. */
  readonly ownClass?: string;
  readonly layers: readonly LayerDescription[];
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
}

/** A Keras or TensorFlow.js checkpoint, read but not yet turned into a graph. */
export interface KerasCheckpoint {
  readonly format: 'keras' | 'hdf5' | 'tfjs';
  readonly kerasVersion: string | undefined;
  readonly model: ModelDescription;
  /** The model's configuration as stored: `config.json`, `model_config`, or TensorFlow.js' `modelTopology`. */
  readonly config: unknown;
  /** The text of a `config.json`, where there is one: 1.0 and 1 differ for Keras, but not once parsed. */
  readonly configText?: string;
  /** `loss` of the compile configuration as stored (a name, or an object with class_name and config), if any. */
  readonly compiledLoss: unknown;
  /** What a reader should know: widened weights, ignored optimizer state... One sentence each. */
  readonly notes: readonly string[];
}
