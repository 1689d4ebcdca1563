import { type DType, type Node, isOp } from '../autodiff/graph';
import { mul, reduceMean, reshape, sub } from '../autodiff/operations';
import { type Shape, sameLong } from '../autodiff/shape';
import { bothMasks, indicesEqual, maskLike, maskOf, meanOverKept } from './masks';
import { logitsOf } from './softmax';
import * as crossentropies from './crossentropies';
import * as distances from './distances';
import type { LossName } from '../contract/vocabulary';
import type { LossSpec } from './loss-spec';
import { logitsFor } from './targets';

/**
 * The loss of each row, [rows], from output [rows, ...] and labels: int32 class indices, or floats shaped as the
 * output (one-hot or soft classes, targets). Axes beyond the classes are averaged, over the steps that count
 * ({@link countedSteps}), each times its weight [rows, ...leading axes] where steps have some: the sum of weighted
 * losses over the number of steps, as Keras has it.
 * Throws a UserError when labels and output do not fit.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { perRowLoss } from '../../src/network/losses';
 * import { lossSpec } from '../../src/network/loss-spec';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const graph = new Graph();
 * const output = tensor(graph, [2, 2], [1, 2, 3, 4]);
 * const target = tensor(graph, [2, 2], [1, 0, 0, 4]);
 * await valuesOf(perRowLoss(output, target, lossSpec('mean-squared-error'))); // => [2, 4.5]
 * ```
 */
export function perRowLoss(output: Node, labels: Node, spec: LossSpec, stepWeights?: Node): Node {
  const unweighted = elements[spec.name](output, labels, spec);
  const each = stepWeights ? mul(unweighted, maskLike(stepWeights, unweighted)) : unweighted;
  const mask = countedAs(each.shape, output, labels, spec);
  return mask ? meanOverKept(each, mask) : reduceMean(each, each.shape.map((_, axis) => axis).slice(1));
}

/**
 * 1 for each prediction of the output that counts, 0 for those that are masked or whose class is ignored: [rows, ...] as
 * accuracy judges them; undefined where all count. An ignored label is fed as the class after the last.
 */
export function countedSteps(output: Node, labels: Node, spec: LossSpec): Node | undefined {
  const shape = CATEGORICAL.has(spec.name) ? output.shape.slice(0, -1) : output.shape;
  return countedAs(shape, output, labels, spec);
}

function countedAs(shape: Shape, output: Node, labels: Node, spec: LossSpec): Node | undefined {
  const like = output.graph.fill(1, shape);
  const own = maskOf(output);
  const ignored =
    spec.ignoreClass !== undefined && labels.dtype === 'int32'
      ? indicesEqual(reshape(labels, shape), output.shape[output.shape.length - 1])
      : undefined;
  return bothMasks(own && maskLike(own, like), ignored && sub(1, ignored));
}

/**
 * Where the Gauss-Newton matrix splits model from loss: the logits for a cross-entropy that sees them, the logarithm of
 * the rate for a Poisson loss whose model ends in exp, else the output.
 * Most losses are convex in it, which makes that matrix positive; focal, cosine and logarithmic ones are not.
 * Rearrangements are looked through.
 */
export function convexInput(output: Node, spec: LossSpec): Node {
  const kind = CROSS_ENTROPIES[spec.name];
  const node = unmoved((kind && logitsFor(kind, output, spec.fromLogits)) ?? output);
  return spec.name === 'poisson' && isOp(node, 'exp') ? unmoved(node.inputs[0]) : node;
}

/** Behind rearrangements. */
function unmoved(node: Node): Node {
  let source = node;
  while (isOp(source, 'transpose') || isOp(source, 'reshape')) [source] = source.inputs;
  return source;
}

/** Is the loss the negative log-likelihood of a model whose Fisher matrix is the Gauss-Newton one (Martens 2020, section 9.2)? */
export function hasFisher(output: Node, spec: LossSpec): boolean {
  const kind = CROSS_ENTROPIES[spec.name];
  if (kind) return logitsFor(kind, output, spec.fromLogits) !== undefined;
  return spec.name === 'mean-squared-error' || (spec.name === 'poisson' && isOp(unmoved(output), 'exp'));
}

/** What of its outputs a loss with logits takes; undefined for the others. */
export const logitsKind = (name: LossName): 'softmax' | 'sigmoid' | undefined => {
  if (name === 'binary-crossentropy' || name === 'binary-focal-crossentropy') return 'sigmoid';
  return CATEGORICAL.has(name) && name !== 'categorical-hinge' ? 'softmax' : undefined;
};

/** Are the labels of this loss classes? */
export const isCategorical = (name: LossName): boolean => CATEGORICAL.has(name);

const CROSS_ENTROPIES: Partial<Record<LossName, 'softmax' | 'sigmoid'>> = {
  'categorical-crossentropy': 'softmax',
  'binary-crossentropy': 'sigmoid',
};

/** The losses that Keras smooths the labels of. */
const SMOOTHED: ReadonlySet<LossName> = new Set([
  'categorical-crossentropy',
  'binary-crossentropy',
  'categorical-focal-crossentropy',
  'binary-focal-crossentropy',
]);

/** Can the loss have label smoothing? */
export const takesSmoothing = ({ name }: LossSpec): boolean => SMOOTHED.has(name);

/** The losses whose labels are classes. */
const CATEGORICAL: ReadonlySet<LossName> = new Set([
  'categorical-crossentropy',
  'categorical-focal-crossentropy',
  'categorical-generalized-crossentropy',
  'categorical-hinge',
]);

/** How labels of this shape a row are fed: class indices as int32, anything else as floats. */
export function labelDType(spec: LossSpec, outputRow: Shape, labelRow: Shape): DType {
  const perClass = sameLong(labelRow, outputRow.slice(0, -1)) && !sameLong(labelRow, outputRow);
  return CATEGORICAL.has(spec.name) && perClass ? 'int32' : 'float';
}

/** How predictions are judged: the largest class, or a threshold on each output. `undefined`: the loss has no accuracy. */
export type Accuracy = { readonly kind: 'argmax' } | { readonly kind: 'binary'; readonly threshold: number };

/** The accuracy that belongs to a loss on this output: predictions above the threshold count as 1. */
export function accuracyOf(output: Node, spec: LossSpec): Accuracy | undefined {
  if (CATEGORICAL.has(spec.name)) return { kind: 'argmax' };
  if (spec.name !== 'binary-crossentropy' && spec.name !== 'binary-focal-crossentropy') return undefined;
  return { kind: 'binary', threshold: areProbabilities(output, spec) ? 0.5 : 0 };
}

/** Does a model give a cross-entropy probabilities, rather than logits? */
export function areProbabilities(output: Node, { fromLogits }: LossSpec): boolean {
  return (
    fromLogits === false ||
    fromLogits === 'behind' ||
    (fromLogits === 'auto' && logitsOf(output) !== undefined)
  );
}

type Elements = (output: Node, labels: Node, spec: LossSpec) => Node;

/** The losses by name: of each output, or, where one axis makes one loss, without it. */
const elements: Readonly<Record<LossName, Elements>> = {
  'categorical-crossentropy': crossentropies.categoricalCrossentropy,
  'binary-crossentropy': crossentropies.binaryCrossentropy,
  'mean-squared-error': distances.squaredError,
  'mean-absolute-error': distances.absoluteError,
  huber: (output, labels, { delta }) => distances.huber(output, labels, delta),
  'log-cosh': distances.logCosh,
  'mean-absolute-percentage-error': distances.percentageError,
  'mean-squared-logarithmic-error': distances.squaredLogarithmicError,
  poisson: distances.poisson,
  'kl-divergence': crossentropies.kullbackLeibler,
  'cosine-similarity': distances.cosineSimilarity,
  hinge: distances.hinge,
  'squared-hinge': distances.squaredHinge,
  'categorical-hinge': distances.categoricalHinge,
  'binary-focal-crossentropy': crossentropies.binaryFocal,
  'categorical-focal-crossentropy': crossentropies.categoricalFocal,
  'categorical-generalized-crossentropy': crossentropies.categoricalGeneralized,
};
