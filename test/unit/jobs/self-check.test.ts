import { Resting } from '../../../src/objective/evaluation/resting';
import { loaded } from '../../../src/core/long-vector';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  mul,
  reduceMean,
  relu,
  spread,
  stopGradient,
  sub,
  tanh,
} from '../../../src/autodiff/operations';
import type { Node } from '../../../src/autodiff/graph';
import { firstProducts } from '../../../src/jobs/analyze/first-products';
import { selfCheck } from '../../../src/jobs/analyze/self-check';
import { Witness } from '../../../src/jobs/analyze/witness';
import type { SymmetricOperator } from '../../../src/analysis/operator';
import { largest } from '../../../src/analysis/spectrum/largest';
import type { Check } from '../../../src/contract/report';
import type { Model } from '../../../src/network/model';
import type { Objective } from '../../../src/objective/evaluation/objective';
import { random } from '../../../src/core/random';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const ROWS = 20;
const WIDTH = 4;

/** A sound objective on random rows, or one whose model's output is changed so. */
async function smallObjective(
  change: (output: Node) => Node = (output) => output,
  spoil?: (model: Model) => void,
): Promise<Objective> {
  const stream = random(5);
  const sound = denseModel([WIDTH, 5, 3]);
  spoil?.(sound);
  const model: Model = { ...sound, apply: (...given) => sound.apply(...given).map(change) };
  const x = Float64Array.from({ length: ROWS * WIDTH }, () => stream.normal());
  const y = Int32Array.from({ length: ROWS }, (_, i) => i % 3);
  return objectiveOf(model, rowsOf(x, WIDTH, y, []), 'categorical-crossentropy');
}

/** Which checks fail for an objective whose run goes on with passes of several vectors and shows nothing more. */
async function failuresOf(objective: Subject): Promise<string[]> {
  const asked = await atOrigin(objective);
  const first = await firstProducts(asked, { seed: 1, passes: true });
  const { cost } = first;
  const checks = await selfCheck(asked, first);
  assert.ok(cost.single > 0 && cost.ofFour > 0 && cost.value > 0 && cost.orthogonalize > 0);
  return failed(checks);
}

/** Which fail where all that is multiplied is what the search for the largest eigenvalues takes, and how many that asks for. */
async function searched(objective: Subject): Promise<{ readonly failed: string[]; readonly own: number }> {
  let taken = 0;
  const products: Products = (operator, point, vectors, signal) => {
    taken += vectors.length;
    return objective.products(operator, point, vectors, signal);
  };
  const asked = await atOrigin(Object.create(objective, { products: { value: products } }) as Subject);
  const first = await firstProducts(asked, { seed: 1, passes: false });
  const { dimension } = objective.parameters;
  const witness = new Witness(first.random);
  const apply: SymmetricOperator['apply'] = (vectors) =>
    asked.objective.products('hessian', asked.point, vectors);
  const { probe, products: needed } = await largest(witness.watching({ dimension, apply }), {
    ...{ count: 2, seed: 1, start: first.start, fresh: first.fresh, maxProducts: 40 },
  });
  const checks = await selfCheck(asked, first, { evidence: { witness, probe: probe! } });
  // What the search began with would have been two of its own.
  return { failed: failed(checks), own: taken - needed - 2 };
}

const failed = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed).map(({ id }) => id);

const atOrigin = async (objective: Subject) => ({
  ...{ objective, operator: 'hessian' as const, point: objective.origin },
  gradient: (await objective.gradient(objective.origin)).gradient,
});

type Subject = Parameters<typeof selfCheck>[0]['objective'] & Pick<Objective, 'origin'>;

/** Which checks fail for a model whose output is changed so. */
const failures = async (...made: Parameters<typeof smallObjective>) =>
  failuresOf(await smallObjective(...made));

test('a sound model passes every check, the one for smooth networks included', async () => {
  assert.deepEqual(await failures((output) => output), []);
});

test('kinks closer than any step are not taken for a wrong derivative', async () => {
  // The output hangs on the sign of signals of size 1e-12.
  const failed = await failures(
    (output) => mul(1e12, relu(mul(1e-12, output))),
    (model) => model.tensors.slice(0, 2).forEach(({ data }) => data.fill(0)),
  );
  assert.deepEqual(failed, []);
});

test('a derivative that leaves something out is noticed', async () => {
  const failed = await failures((output) => mul(output, add(1, stopGradient(tanh(output)))));
  assert.ok(failed.includes('gradient'), failed.join());
});

test('a Hessian that is not symmetric is noticed', async () => {
  // The gradient of x.stop(x) is stop(x), whose derivative is none: half of the curvature is missing, unevenly.
  const failed = await failures((output) => mul(output, stopGradient(mul(output, output))));
  assert.ok(failed.includes('symmetry') || failed.includes('differences'), failed.join());
});

test('rows that see each other are noticed', async () => {
  const failed = await failures((output) =>
    sub(output, spread(mul(3, tanh(reduceMean(output, [0]))), output, [0])),
  );
  assert.ok(failed.includes('chunks'), failed.join());
});

test('values that are not finite are noticed, and no other check passes by them', async () => {
  const failed = await failures(
    (output) => output,
    (model) => model.tensors[0].data.fill(Number.NaN),
  );
  for (const id of ['finite', 'gradient', 'symmetry', 'chunks', 'repeat']) assert.ok(failed.includes(id), id);
});

/** A sound objective with some of what it answers replaced. */
const replacing = <T extends object>(
  objective: Objective,
  replaced: (sound: Objective) => T,
): Objective & T =>
  Object.defineProperties(
    Object.create(objective) as Objective & T,
    Object.getOwnPropertyDescriptors(replaced(objective)),
  );

type Products = Objective['products'];
type Operator = (product: Float64Array, vector: Float64Array, together: number) => Float64Array;

/** Products changed on their way out. */
const changedProducts =
  (sound: Objective, change: Operator): Products =>
  async (operator, point, vectors, signal) =>
    (await sound.products(operator, point, vectors, signal)).map((product, i) =>
      change(product, loaded(vectors[i]), vectors.length),
    );

const faults: readonly (readonly [id: string, title: string, change: Operator])[] = [
  ['linearity', 'a product that is not linear', (product) => product.map((x) => x + 1e-2 * Math.abs(x))],
  [
    'vectors',
    'a product that depends on how many share a pass',
    (product, _, together) => product.map((x) => (together === 4 ? 1.0001 : 1) * x),
  ],
  ['finite', 'an infinite product', (product) => product.map((x, i) => (i === 3 ? Infinity : x))],
];

for (const [id, title, change] of faults)
  test(`${title} is noticed`, async () => {
    const sound = await smallObjective();
    const failed = await failuresOf(replacing(sound, () => ({ products: changedProducts(sound, change) })));
    assert.ok(failed.includes(id), failed.join());
  });

/** What a run of single vectors can see, with products whose faults lie in one place. */
const spectrum = (i: number) => 1 / (1 + i) ** 2;
const seen: readonly (readonly [id: string, title: string, change: Operator])[] = [
  ['linearity', 'a product that is not linear', (product) => product.map((x) => x + 1e-2 * Math.abs(x))],
  ['linearity', 'a product with something added to it', (product) => product.map((x) => x + 1e-3)],
  [
    'linearity',
    'a product that depends on the length',
    (product, vector) => product.map((x) => x * (1 + 1e-2 * (vector.reduce((sum, v) => sum + v * v, 0) - 1))),
  ],
  [
    'symmetry',
    'a product that mixes neighbours one way',
    (product, vector) => product.map((x, i) => x + 1e-2 * spectrum(i) * (vector[i + 1] ?? 0)),
  ],
  [
    'symmetry',
    'a product that is not symmetric along what curves most',
    (product, vector) => product.map((x, i) => (i === 40 ? x + 1e-1 * product[0] * vector[0] : x)),
  ],
];
for (const [id, title, change] of seen)
  test(`${title} is noticed by what a search multiplies`, async () => {
    const { failed } = await searched(
      replacing(await smallObjective(), (sound) => ({ products: changedProducts(sound, change) })),
    );
    assert.ok(failed.includes(id), failed.join());
  });

test('the checks of a search for the largest eigenvalues alone take one product of their own', async () => {
  assert.deepEqual(await searched(await smallObjective()), { failed: [], own: 1 });
  let calls = 0;
  const unsteady: Operator = (product) => product.map((x) => x * (1 + 1e-12 * calls++));
  const { failed } = await searched(
    replacing(await smallObjective(), (sound) => ({ products: changedProducts(sound, unsteady) })),
  );
  assert.deepEqual(failed, ['repeat']);
});

test('a product that does not repeat is noticed', async () => {
  const sound = await smallObjective();
  let calls = 0;
  const products = changedProducts(sound, (product) => product.map((x) => x * (1 + 1e-12 * calls++)));
  assert.ok((await failuresOf(replacing(sound, () => ({ products })))).includes('repeat'));
});

test('where products are dear no more than eight are taken, and one that does not repeat is noticed', async () => {
  const sound = await smallObjective();
  let calls = 0;
  const products = changedProducts(sound, (product) => (calls++, product));
  assert.deepEqual(await failuresOf(replacing(sound, () => ({ ...large, products }))), []);
  assert.equal(calls, 8);
  const unsteady = changedProducts(sound, (product) => product.map((x) => x * (1 + 1e-12 * calls++)));
  const failed = await failuresOf(replacing(sound, () => ({ ...large, products: unsteady })));
  assert.ok(failed.includes('repeat'), failed.join());
});

test('kernels that compute another gradient or product than float64 does are noticed', async () => {
  const sound = await smallObjective();
  const inFloat32 = { backend: { ...sound.backend, precision: 'float32' as const } };
  assert.deepEqual(await failuresOf(replacing(sound, () => inFloat32)), []);
  for (const spoiled of ['gradient', 'product'] as const) {
    const ofFirst: Objective['ofFirst'] = async (...given) => {
      const found = await sound.ofFirst(...given);
      return { ...found, [spoiled]: found[spoiled].map((x) => 1.03 * x) };
    };
    assert.deepEqual(await failuresOf(replacing(sound, () => ({ ...inFloat32, ofFirst }))), ['reference']);
  }
});

/** Too large for the check in float64. */
const large = { rowWork: { operations: 1e12, nodes: 1e3 }, fitsFloat64: true };

test('without float64, a tensor missing from the gradient and a product of another scale are noticed', async () => {
  const sound = await smallObjective();
  assert.deepEqual(await failuresOf(replacing(sound, () => large)), []);
  // The biases carry so little of the slope that coarse differences cannot miss them.
  for (const { offset, length } of sound.parameters.blocks.filter(({ role }) => role === 'kernel')) {
    const gradient: Objective['gradient'] = async (...given) => {
      const found = await sound.gradient(...given);
      return {
        ...found,
        gradient: found.gradient.map((x, i) => (i >= offset && i < offset + length ? 0 : x)),
      };
    };
    const failed = await failuresOf(replacing(sound, () => ({ ...large, gradient })));
    assert.ok(failed.includes('gradient'), `${offset}: ${failed.join()}`);
  }
  const products = changedProducts(sound, (product) => product.map((x) => 1.05 * x));
  assert.deepEqual(await failuresOf(replacing(sound, () => ({ ...large, products }))), ['differences']);
});

test('a hundredth of a matrix of 270,000 rows that is not symmetric is noticed, and rounding is not', async () => {
  const dimension = 270_000;
  const stream = random(9);
  const curvature = Float64Array.from({ length: dimension }, () => stream.uniform() ** 4);
  // Neighbours meet with opposite signs: the antisymmetric part is a share of the whole.
  const subject = (share: number): Subject => {
    const product = (x: Float64Array) =>
      x.map((value, i) => curvature[i] * (Math.fround(value) + share * (i % 2 ? -x[i - 1] : x[i + 1])));
    const theta = Float64Array.from({ length: dimension }, () => stream.normal());
    return {
      ...large,
      rows: 1,
      smooth: false,
      origin: { theta },
      backend: { backend: 'none', precision: 'float32', versions: {} },
      parameters: {
        dimension,
        blocks: [
          {
            name: 'all',
            layer: 'all',
            shape: [dimension],
            offset: 0,
            length: dimension,
            role: 'kernel',
            trainable: true,
            data: theta,
          },
        ],
      },
      products: (_operator, _point, vectors) =>
        Promise.resolve(vectors.map((vector) => product(loaded(vector)))),
      resting: new Resting(),
      gradient: (point) =>
        Promise.resolve({ gradient: point.theta.map((x, i) => curvature[i] * x), loss: 0 }),
      losses: (_split, point) =>
        Promise.resolve(
          Float64Array.of(point.theta.reduce((sum, x, i) => sum + (curvature[i] * x * x) / 2, 0)),
        ),
      chunkDependence: () => Promise.resolve(0),
      ofFirst: () => Promise.reject(new Error('not asked')),
      inFloat64: () => Promise.reject(new Error('not asked')),
    };
  };
  assert.deepEqual(await failuresOf(subject(0)), []);
  assert.deepEqual(await failuresOf(subject(0.01)), ['symmetry']);
  assert.deepEqual((await searched(subject(0))).failed, []);
  // The search takes H for symmetric, so that products of sums are not what it says either.
  assert.ok((await searched(subject(0.01))).failed.includes('symmetry'));
});
