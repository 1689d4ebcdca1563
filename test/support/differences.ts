import assert from 'node:assert/strict';
import { gradient, hvp } from '../../src/autodiff/differentiate';
import { Graph, type Node } from '../../src/autodiff/graph';
import { mul, reduceSum } from '../../src/autodiff/operations';
import { buildProgram } from '../../src/autodiff/program';
import type { Shape } from '../../src/autodiff/shape';
import { sizeOf } from '../../src/core/size-of';
import { ReferenceBackend } from '../../src/backends/reference/reference';
import { random } from '../../src/core/random';

/** A function of some float tensors, written into a graph. */
export interface Case {
  readonly shapes: readonly Shape[];
  readonly build: (inputs: readonly Node[], graph: Graph) => Node;
  /** Where the inputs may lie, for functions that are not defined or smooth everywhere. */
  readonly place?: (value: number, position: number) => number;
}

const STEP = 1e-4;

/** Fourth-order central difference of a vector-valued function at 0. */
async function difference(f: (t: number) => Promise<number[]>): Promise<number[]> {
  const [a, b, c, d] = [await f(2 * STEP), await f(STEP), await f(-STEP), await f(-2 * STEP)];
  return a.map((_, i) => (8 * (b[i] - c[i]) - (a[i] - d[i])) / (12 * STEP));
}

/**
 * Checks reverse mode (gradient), forward mode and forward over reverse (Hessian-vector product) of a weighted sum of
 * the case's output against finite differences in float64, along a random direction.
 */
export async function checkDerivatives(
  { shapes, build, place = (value) => value }: Case,
  seed: number,
): Promise<void> {
  const stream = random(seed);
  const normals = (count: number) => Array.from({ length: count }, () => stream.normal());
  const graph = new Graph();
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, shape));
  const vectors = shapes.map((shape, i) => graph.input(`v${i}`, shape));
  const output = build(inputs, graph);
  const weights = graph.constant(Float64Array.from(normals(sizeOf(output.shape))), output.shape);
  const loss = reduceSum(mul(output, weights));
  // Curved, so that linear primitives have a second derivative to get wrong.
  const curved = reduceSum(mul(mul(output, output), weights));
  const gradients = gradient(loss, inputs);
  const curvedGradients = gradient(curved, inputs);
  const products = hvp(curvedGradients, inputs, vectors);
  const named = (prefix: string, nodes: readonly Node[]) =>
    Object.fromEntries(nodes.map((node, i) => [`${prefix}${i}`, node] as const));
  const executable = await new ReferenceBackend().compile(
    buildProgram({ loss, ...named('g', gradients), ...named('c', curvedGradients), ...named('h', products) }),
  );
  const at = shapes.map((shape, i) => normals(sizeOf(shape)).map((value, j) => place(value, j + 5 * i)));
  const along = shapes.map((shape) => normals(sizeOf(shape)));
  const run = (t: number) =>
    executable.run(
      Object.fromEntries<Float64Array>([
        ...at.map((x, i) => [`x${i}`, Float64Array.from(x, (value, j) => value + t * along[i][j])] as const),
        ...along.map((v, i) => [`v${i}`, Float64Array.from(v)] as const),
      ]),
    );
  const count = shapes.length;
  const flat = (outputs: readonly ArrayLike<number>[], from: number) =>
    outputs.slice(from, from + count).flatMap((values) => Array.from(values));
  const here = await run(0);
  const slope = await difference(async (t) => [(await run(t))[0][0]]);
  const dot = flat(here, 1).reduce((sum, value, i) => sum + value * along.flat()[i], 0);
  close([dot], slope, 'gradient');
  close(flat(here, 1 + 2 * count), await difference(async (t) => flat(await run(t), 1 + count)), 'hvp');
}

function close(actual: readonly number[], expected: readonly number[], what: string): void {
  const scale = Math.max(1, ...expected.map(Math.abs));
  actual.forEach((value, i) =>
    assert.ok(
      Math.abs(value - expected[i]) <= 2e-7 * scale,
      `${what}[${i}] is ${value}, by differences ${expected[i]}`,
    ),
  );
}
