import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricEigen } from '../../../src/analysis/linear-algebra/symmetric-eigen';
import type { Node } from '../../../src/autodiff/graph';
import { matmul, relu } from '../../../src/autodiff/operations';
import type { Model } from '../../../src/network/model';
import { layerNorm, unitNorm } from '../../../src/network/normalization';
import { random } from '../../../src/core/random';
import { denseHessian, denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const stream = random(31);
const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
const ROWS = 24;
const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * 7) % 3);

for (const [at, largest] of [
  [[1, 1], 2],
  [[2, 0.5], 4.25],
] as const)
  test(`(xy - 1)^2 / 2 at its minimum (${at.join(', ')}): eigenvalues 0 and ${largest}`, async () => {
    const weights = at.map((value) => Float64Array.of(value));
    const model = denseModel([1, 1, 1], { bias: false, linear: true, weights });
    const objective = await objectiveOf(model, rowsOf(Float64Array.of(1), 1, [1], [1]), 'mean-squared-error');
    // The loss has no 1/2.
    const [low, high] = symmetricEigen(await denseHessian(objective)).values.map((value) => value / 2);
    assert.ok(Math.abs(low) < 1e-14 && Math.abs(high - largest) < 1e-14, `${low}, ${high}`);
  });

const normalizations: Readonly<Record<string, (kernel: Node) => Node>> = {
  'w over its length': (kernel) => unitNorm(kernel, [0, 1]),
  'layer normalization with epsilon 0': (kernel) => layerNorm(kernel, [0, 1], 0),
};
for (const [name, normalize] of Object.entries(normalizations))
  test(`${name}: of a weight whose scale does not matter, H w = -g`, async () => {
    const sound = denseModel([5, 4, 3]);
    const kernel = 'dense_0/kernel';
    const model: Model = {
      ...sound,
      apply: (graph, nodes, inputs) =>
        sound.apply(graph, new Map([...nodes, [kernel, normalize(nodes.get(kernel)!)]]), inputs),
    };
    const data = rowsOf(normals(ROWS * 5), 5, labels, []);
    const objective = await objectiveOf(model, data, 'categorical-crossentropy');
    const { gradient } = await objective.gradient(objective.origin);
    const { offset, length } = objective.parameters.blocks.find((block) => block.name === kernel)!;
    const own = (_: number, i: number) => i >= offset && i < offset + length;
    const weight = objective.origin.theta.map((value, i) => (own(value, i) ? value : 0));
    const [product] = await objective.hvp(objective.origin, [weight]);
    assert.ok(gradient.subarray(offset, offset + length).some((value) => Math.abs(value) > 1e-3));
    // The other parameters do not feel the scale either.
    product.forEach((value, i) => {
      const expected = own(value, i) ? -gradient[i] : 0;
      assert.ok(Math.abs(value - expected) < 1e-14, `${value}, not ${expected}`);
    });
  });

test('a piecewise linear network with no weight shared along a path: the traces of H and of Gauss-Newton agree', async () => {
  const sound = denseModel([5, 6, 6, 3], { bias: false });
  const model: Model = {
    ...sound,
    apply: (_graph, nodes, [x]) => {
      const [first, second, third] = [0, 1, 2].map((i) => nodes.get(`dense_${i}/kernel`)!);
      return [matmul(relu(matmul(relu(matmul(x, first)), second)), third)];
    },
  };
  const objective = await objectiveOf(
    model,
    rowsOf(normals(ROWS * 5), 5, labels, []),
    'categorical-crossentropy',
  );
  const { dimension } = objective.parameters;
  const units = Array.from({ length: dimension }, (_, i) => new Float64Array(dimension).fill(1, i, i + 1));
  const diagonal = async (operator: 'hessian' | 'ggn') =>
    (await objective.products(operator, objective.origin, units)).map((column, i) => column[i]);
  const [hessian, gaussNewton] = [await diagonal('hessian'), await diagonal('ggn')];
  hessian.forEach((value, i) => assert.ok(Math.abs(value - gaussNewton[i]) < 1e-13));
  assert.ok(hessian.reduce((a, b) => a + b) > 0.1);
});
