import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { add, mul, reduceSum } from '../../../src/autodiff/operations';
import { openModel } from '../../../src/formats/model';
import type { ModelTensor } from '../../../src/network/model';
import { close, evaluate, tensor } from '../network/evaluate';

// Small modules as PyTorch's two exporters write them, against what PyTorch computes of them in float64.

interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** test/corpus/make/exported.py says what these are. */
interface Exported {
  readonly x: Plain;
  readonly y: Plain;
  readonly c: Plain;
  readonly v?: Plain;
  readonly gradient?: Plain;
  readonly product?: Plain;
  readonly parameters: Readonly<Record<string, { readonly value: Plain; readonly gradient: Plain }>>;
}

const folder = join(import.meta.dirname, '../../corpus/onnx/exported');
const modules = JSON.parse(readFileSync(join(folder, 'exported.json'), 'utf8')) as Record<string, Exported>;

/** Batch norm is folded into the convolution before it, and the gates of recurrent layers are put in another order. */
const FOLDED = /^(convolutions|sequence|recurrent)\.(legacy|dynamo)/;

const transposed = ({ shape: [n, m], data }: Plain): Plain => ({
  shape: [m, n],
  data: Array.from({ length: n * m }, (_, i) => data[(i % n) * m + Math.floor(i / n)]),
});

/** The gradient of the parameter that a tensor of the file is, if it is one: as it is, transposed or with more axes. */
function gradientOf(own: ModelTensor, { parameters }: Exported): Plain | undefined {
  const same = ({ data }: Plain) =>
    data.length === own.data.length && data.every((value, i) => Math.abs(value - own.data[i]) < 1e-9);
  for (const { value, gradient } of Object.values(parameters)) {
    if (same(value)) return gradient;
    if (value.shape.length === 2 && same(transposed(value))) return transposed(gradient);
  }
  return undefined;
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.onnx')))
  test(file, async () => {
    const expected = modules[file.split('.')[0]];
    const { model } = await openModel(join(folder, file));
    const { x, y, c, v } = expected;
    const graph = new Graph();
    const indices = model.inputs[0].dtype === 'int32';
    const fed = graph.input('x', x.shape, model.inputs[0].dtype);
    const nodes = new Map(
      model.tensors.map(({ name, shape, data }) => [name, tensor(graph, shape, Array.from(data))]),
    );
    const [output] = model.apply(graph, nodes, [fed]);
    assert.deepEqual(output.shape, y.shape);
    const weighted = add(mul(tensor(graph, c.shape, c.data), output), mul(mul(output, output), 0.5));
    const loss = reduceSum(weighted);
    const known = model.tensors.flatMap((own): [Node, Plain][] => {
      const found = own.trainable ? gradientOf(own, expected) : undefined;
      return found ? [[nodes.get(own.name)!, found]] : [];
    });
    if (!FOLDED.test(file)) {
      assert.equal(known.length, Object.keys(expected.parameters).length);
      assert.equal(model.tensors.filter(({ trainable }) => trainable).length, known.length);
    }
    const inX = indices ? [] : gradient(loss, [fed]);
    const products = v ? hvp(inX, [fed], [tensor(graph, v.shape, v.data)]) : [];
    const inParameters = gradient(
      loss,
      known.map(([node]) => node),
    );
    const feeds = { x: indices ? Int32Array.from(x.data) : Float64Array.from(x.data) };
    const computed = await evaluate([output, ...inX, ...products, ...inParameters], feeds);
    const right = [y, expected.gradient, expected.product].filter((each) => each !== undefined);
    [...right, ...known.map(([, slope]) => slope)].forEach(({ data }, i) => close(computed[i], data, 1e-6));
  });
