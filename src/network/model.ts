import type { Graph, Node } from '../autodiff/graph';
import type { Shape } from '../autodiff/shape';
import type { LayerSource } from '../contract/source';

/** What a tensor does in its layer: decides filter normalization and how a table names it. */
export type TensorRole = 'kernel' | 'bias' | 'norm' | 'embedding' | 'statistic';

/** A float tensor of a model with its value from the checkpoint, row-major, in the file's own layout. */
export interface ModelTensor {
  /** Unique in the model: `conv2d_1/kernel`, as the file orders and names it. */
  readonly name: string;
  /** The layer that owns it. */
  readonly layer: string;
  readonly shape: Shape;
  readonly role: TensorRole;
  /** Only trainable tensors are parameters; the others (running statistics, frozen layers) are state. */
  readonly trainable: boolean;
  /** The axis that counts output filters or neurons; absent for vectors. */
  readonly filterAxis?: number;
  readonly data: Float32Array | Float64Array;
}

/** l1 sum |w| + l2 sum w^2 of a tensor. */
export interface WeightPenalty {
  /** The tensor's name. */
  readonly tensor: string;
  readonly l1: number;
  readonly l2: number;
}

export interface LayerPenalties {
  readonly layer: string;
  readonly weights: readonly WeightPenalty[];
  /** What has a penalty of another kind, in words: `its activities`. */
  readonly others: readonly string[];
}

/** What a model takes: one row's shape. */
export interface ModelInput {
  readonly name: string;
  /** Its key, where the model takes a dictionary. */
  readonly key?: string;
  readonly shape: Shape;
  readonly dtype: 'float' | 'int32';
}

/** One line of the architecture. */
export interface LayerSummary {
  readonly name: string;
  readonly className: string;
  /** Shape of one row of the output, where known; null for an extent that only data decide. */
  readonly outputShape: readonly (number | null)[] | undefined;
  readonly parameters: number;
}

/**
 * What a forward pass in training mode is given besides: random numbers for dropout and noise, drawn anew each step,
 * and a place for the new values of running statistics.
 */
export interface TrainingPass {
  /** Independent numbers in (0, 1) of this shape, fed anew at each step. Each call is another draw. */
  uniform(shape: Shape): Node;
  /** Independent standard normal numbers, likewise. */
  normal(shape: Shape): Node;
  /** Dropout and noise give their inputs; batch statistics stay: the loss descended, without its chance. */
  readonly noiseless?: boolean;
  /** The value that a statistic (a batch norm's running mean) has after this step. */
  update(tensor: ModelTensor, value: Node): void;
}

/**
 * A network, whatever file it came from: tensors, and a function that writes its forward pass into a graph in inference
 * mode (running statistics, no dropout), or in training mode.
 */
export interface Model {
  readonly name: string;
  readonly inputs: readonly ModelInput[];
  /** All tensors; the trainable ones in the order that defines the parameter vector. */
  readonly tensors: readonly ModelTensor[];
  /** Shape of one row of the (first) output. */
  readonly outputShape: Shape;
  /** Outputs [rows, ...] from inputs [rows, ...] and one node a tensor, by `ModelTensor.name`. */
  apply(
    graph: Graph,
    tensors: ReadonlyMap<string, Node>,
    inputs: readonly Node[],
    /** Training mode where given: batch statistics (differentiated), dropout, noise. */
    training?: TrainingPass,
  ): Node[];
  readonly layers: readonly LayerSummary[];
  /** The loss compiled into the checkpoint, as stored; undefined if none. */
  readonly compiledLoss: unknown;
  /** Axes order of image inputs, where the model has one. */
  readonly layout: 'NHWC' | 'NCHW' | undefined;
  /** Where in the author's code tensors come from, by their names, where the file remembers it. */
  readonly sources?: ReadonlyMap<string, LayerSource>;
  /** What layers add to the loss in training beside what their outputs lead to. */
  readonly penalties?: readonly LayerPenalties[];
  /** What a reader should know, one sentence each. */
  readonly notes: readonly string[];
}
