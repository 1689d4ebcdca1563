import type { Node } from '../../../../autodiff/graph';
import { type Shape, sameShape } from '../../../../autodiff/shape';
import type { ModelTensor, TensorRole, TrainingPass } from '../../../../network/model';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from './config';

/** A tensor on its way through a network, with its mask where an earlier layer set one. */
export interface Value {
  readonly node: Node;
  /** 1 for the steps that count, 0 for those to skip; shaped as the node's first axes, [rows, steps] mostly. */
  readonly mask?: Node;
}

/** An argument of a call as it was given. */
export type Argument =
  | { readonly kind: 'tensor'; readonly value: Value }
  | { readonly kind: 'list'; readonly items: readonly Argument[] }
  | { readonly kind: 'value'; readonly value: unknown };

/** One use of a layer. */
export interface LayerUse {
  /** The tensors it is called on, in order; lists are flattened. */
  readonly inputs: readonly Node[];
  /** Their masks. */
  readonly masks: readonly (Node | undefined)[];
  /** The positional arguments in full. */
  readonly arguments: readonly Argument[];
  /** Tensors given by keyword; lists are flattened. */
  readonly keywords: ReadonlyMap<string, readonly Value[]>;
  /** Plain values given by keyword. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The node of a weight. */
  read(weight: ModelTensor): Node;
  /** Training mode, where given. */
  readonly training?: TrainingPass;
}

/** Writes a layer's forward pass, in inference mode or as the use says; several nodes for several outputs. */
export type LayerFunction = (use: LayerUse) => Node | readonly Node[];

/** The mask of each output. */
export type MaskFunction = (
  use: LayerUse,
  config: LayerConfig,
  legacy: boolean,
) => readonly (Node | undefined)[];

/** A layer as a row of the table sees it. Asking for weights, in Keras' order, makes them tensors of the model. */
export interface LayerSource {
  readonly className: string;
  readonly name: string;
  readonly config: LayerConfig;
  /** The checkpoint is of Keras 2 or TensorFlow.js, some of whose defaults differ. */
  readonly legacy: boolean;
  /** The layer is not trained. */
  readonly frozen: boolean;
  /** The layer's own weight of this name, or of the first of several names that it has; `frozen` where it is not trained. */
  weight(
    name: string | readonly string[],
    role: TensorRole,
    filterAxis?: number,
    frozen?: boolean,
  ): ModelTensor;
  hasWeight(name: string): boolean;
  /** Passes over a weight that the file holds twice. */
  skip(name: string): void;
  /** A part that holds weights of its own, which are named `layer/label/weight`; the layer itself if the file keeps them flat. */
  part(key: string, label?: string): LayerSource;
  /** The keys of the layer's parts. */
  readonly parts: readonly string[];
  /** A wrapped layer, by the table, with some of its settings overruled. */
  wrapped(
    key: string,
    overruled?: Readonly<Record<string, unknown>>,
  ): { readonly run: LayerFunction; readonly config: LayerConfig };
}

/** A layer class of Keras: what its settings and weights mean. Some class names share one meaning. */
export interface LayerRow {
  readonly classNames: readonly string[];
  /** Its inputs are indices, not numbers. */
  readonly takesIndices?: boolean;
  /** What becomes of masks: the first input's is kept, or as computed. Dropped, as Keras does it, where nothing is said. */
  readonly masks?: 'kept' | MaskFunction;
  /** The keywords that calls may have, besides `mask`. */
  readonly keywords?: readonly string[];
  build(layer: LayerSource): LayerFunction;
}

/** A row for a layer of one input, without anything else to look at. */
export function row(
  className: string | readonly string[],
  build: (layer: LayerSource) => (x: Node, read: LayerUse['read']) => Node,
  masks?: LayerRow['masks'],
): LayerRow {
  return {
    classNames: typeof className === 'string' ? [className] : className,
    masks,
    build: (layer) => {
      const apply = build(layer);
      return ({ inputs: [x], read }) => apply(x, read);
    },
  };
}

/**
 * The node of a weight that must have this shape: one that only happens to broadcast is not this layer's.
 * @throws UserError, to be read after the layer's name.
 */
export function shaped(read: LayerUse['read'], weight: ModelTensor, wanted: Shape): Node {
  if (!sameShape(weight.shape, wanted)) {
    const name = weight.name.slice(weight.name.lastIndexOf('/') + 1);
    throw new UserError(
      `has ${name} of shape (${weight.shape.join(', ')}) where its settings and its input ask for (${wanted.join(', ')})`,
    );
  }
  return read(weight);
}

/** A row for each number of spatial axes, named by `className`. */
export function rowsByRank(
  ranks: readonly number[],
  className: (rank: number) => string,
  build: (layer: LayerSource, rank: number) => (x: Node, read: LayerUse['read']) => Node,
): LayerRow[] {
  return ranks.map((rank) => row(className(rank), (layer) => build(layer, rank)));
}

/** The tensor given for a parameter, by its keyword or its position. */
export function argumentOf(use: LayerUse, name: string, position: number): Value | undefined {
  const given = use.arguments[position];
  return use.keywords.get(name)?.[0] ?? (given?.kind === 'tensor' ? given.value : undefined);
}

/** A row for a layer of one input that does something else, or cannot do what it does, while training. */
export function trainingRow(
  className: string | readonly string[],
  build: (
    layer: LayerSource,
  ) => (x: Node, read: LayerUse['read'], training: TrainingPass | undefined, use: LayerUse) => Node,
  masks?: LayerRow['masks'],
): LayerRow {
  return {
    classNames: typeof className === 'string' ? [className] : className,
    masks,
    build: (layer) => {
      const apply = build(layer);
      return (use) => apply(use.inputs[0], use.read, use.training, use);
    },
  };
}
