import { createHash } from 'node:crypto';
import { Graph, type Node, isOp } from '../autodiff/graph';
import type { Model, ModelTensor } from '../network/model';
import { UserError } from '../core/errors';
import { identityOf } from '../core/identity';
import { inputPort } from '../lanes/ports';

/** Two networks between which there is no line: their parameters are not one vector, or they compute differently. */
export class ArchitectureMismatch extends UserError {}

const described = (tensor: ModelTensor | undefined): string =>
  tensor
    ? `${tensor.name} [${tensor.shape.join(', ')}]${tensor.trainable ? '' : ', not trainable'}`
    : 'nothing';

/**
 * Refuses two models whose parameters are not the same vector, naming the first tensor that differs, and two that do
 * not compute the same from it (another activation, epsilon or scaling), naming the first operation. Layers may have other
 * names: copies of a model often do.
 * @throws ArchitectureMismatch
 */
export function checkSameArchitecture(
  first: Model,
  firstName: string,
  second: Model,
  secondName: string,
): void {
  const count = Math.max(first.tensors.length, second.tensors.length);
  for (let i = 0; i < count; i++) {
    const [left, right] = [first.tensors[i], second.tensors[i]];
    const same = left?.shape.join() === right?.shape.join() && left?.trainable === right?.trainable;
    if (!same)
      throw new ArchitectureMismatch(
        `${firstName} and ${secondName} have different architectures: where the first has ${described(left)}, the second has ${described(right)}.`,
      );
  }
  const difference = firstDifference(outputOf(first), outputOf(second));
  if (difference)
    throw new ArchitectureMismatch(
      `${firstName} and ${secondName} have different architectures: their tensors are alike, but they compute different things from them (where the first has ${difference[0]}, the second has ${difference[1]}), so that no line joins them.`,
    );
}

/**
 * A text that two models have in common where {@link checkSameArchitecture} takes them for the same: for many of them, of
 * which no two need be open at once.
 */
export function architectureOf(model: Model): string {
  const output = outputOf(model);
  const digests = new Map<Node, string>();
  for (const node of inOrder(output)) {
    const { op, dtype, shape, attributes, inputs } = node;
    const own = [op, dtype, shape, attributes, inputs.map((input) => digests.get(input)!)];
    digests.set(node, digestOf(own));
  }
  const tensors = model.tensors.map(({ shape, trainable }) => [shape, trainable]);
  return digestOf([tensors, digests.get(output)!]);
}

const digestOf = (value: unknown): string => createHash('sha256').update(identityOf(value)).digest('hex');

/** Every node that an output depends on, each after its inputs: a graph numbers them so. */
function inOrder(output: Node): Node[] {
  const found = new Set([output]);
  for (const { inputs } of found) for (const input of inputs) found.add(input);
  return [...found].sort((a, b) => a.id - b.id);
}

/** The output for one row, tensors called by their places. */
function outputOf(model: Model): Node {
  const graph = new Graph();
  const tensors = new Map(
    model.tensors.map(({ name, shape }, i) => [name, graph.input(`tensor ${i}`, shape)] as const),
  );
  const inputs = model.inputs.map(({ shape, dtype }, i) => graph.input(inputPort(i), [1, ...shape], dtype));
  return model.apply(graph, tensors, inputs)[0];
}

/** The first operations, from the inputs on, in which two computations differ, in words; undefined where they are one. */
function firstDifference(first: Node, second: Node): [string, string] | undefined {
  const partner = new Map<Node, Node>();
  const pairs: [Node, Node][] = [[first, second]];
  let found: { pair: [Node, Node]; at: number } | undefined;
  for (const pair of pairs) {
    const [a, b] = pair;
    const known = partner.get(a);
    if (known === b) continue;
    partner.set(a, b);
    if (known === undefined && isAlike(a, b))
      a.inputs.forEach((input, i) => pairs.push([input, b.inputs[i]]));
    else if (!found || a.id < found.at) found = { pair, at: a.id };
  }
  if (!found) return undefined;
  const [a, b] = found.pair.map(textOf);
  return a === b ? [a, `another ${b}`] : [a, b];
}

/** Are two nodes the same operation, whatever they are applied to? */
function isAlike(a: Node, b: Node): boolean {
  if (a.op !== b.op || a.dtype !== b.dtype || a.inputs.length !== b.inputs.length) return false;
  if (a.shape.join() !== b.shape.join()) return false;
  if (isOp(a, 'constant') && isOp(b, 'constant')) {
    const [left, right] = [a.attributes.data, b.attributes.data];
    return left.every((value, i) => Object.is(value, right[i]));
  }
  if (isOp(a, 'fill') && isOp(b, 'fill')) return Object.is(a.attributes.value, b.attributes.value);
  return identityOf(a.attributes) === identityOf(b.attributes);
}

function textOf(node: Node): string {
  if (isOp(node, 'fill')) return `the number ${node.attributes.value}`;
  if (isOp(node, 'input')) return node.attributes.name;
  return `${node.op} [${node.shape.join(', ')}]`;
}
