import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gradient } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { add, matmul, mul, reduceMean, square, sub, tanh } from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import { sizeOf } from '../../../src/core/size-of';
import type { Backend, Executable } from '../../../src/backends/backend';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { type OptimizerSettings, optimizerSchema } from '../../../src/contract/optimizer-settings';
import { createAverager } from '../../../src/training/averaging';
import { clipByNorm, clipByValue } from '../../../src/training/clipping';
import { createOptimizer } from '../../../src/training/optimizers/create';
import type { Optimizer } from '../../../src/training/optimizers/optimizer';
import { uphill } from '../../../src/training/optimizers/sharpness-aware';
import { corpus } from '../../support/corpus';
import type { OptimizerCase } from '../../support/optimizer-cases';

interface Walk {
  readonly walk: readonly (readonly number[])[];
  readonly stepsPerEpoch: number;
  readonly swa: { readonly settings: { kind: 'swa'; fromEpoch: number; every: number }; value: number[] };
  readonly ema: { readonly settings: { kind: 'ema'; decay: number }; pytorch: number[]; keras: number[] };
}

const { problem, cases, averages } = JSON.parse(
  readFileSync(corpus('training', 'optimizers.json'), 'utf8'),
) as {
  problem: { x: number[][]; y: number[][]; shapes: number[][]; start: number[]; steps: number };
  cases: OptimizerCase[];
  averages: Walk;
};

const settingsOf = (given: Partial<OptimizerSettings>) => optimizerSchema.parse(given);
const farthest = (a: ArrayLike<number>, b: readonly number[]) =>
  Math.max(...b.map((value, i) => Math.abs(a[i] - value) / Math.abs(value)));

/** The loss of the script: two layers of tanh units, mean of squares. */
function lossOf(graph: Graph, [w1, b1, w2, b2]: readonly Node[]): Node {
  const rows = (values: readonly (readonly number[])[]) =>
    graph.constant(Float64Array.from(values.flat()), [values.length, values[0].length]);
  const output = add(matmul(tanh(add(matmul(rows(problem.x), w1), b1)), w2), b2);
  return reduceMean(square(sub(output, rows(problem.y))));
}

/** One step as a program whose ports are `p0`, ..., `NAME/0`, ... and scalars by their names. */
async function compileStep(
  optimizer: Optimizer,
  shapes: readonly (readonly number[])[],
  gradientsAt: (graph: Graph, parameters: readonly Node[]) => readonly Node[],
  backend: Backend = new ReferenceBackend(),
): Promise<Executable> {
  const graph = new Graph();
  const inputs = (name: string) => shapes.map((shape, i) => graph.input(`${name}/${i}`, shape));
  const parameters = inputs('p');
  const updated = optimizer.apply({
    parameters,
    gradients: gradientsAt(graph, parameters),
    slots: Object.fromEntries(optimizer.slots.map(({ name }) => [name, inputs(name)])),
    scalars: Object.fromEntries(
      Object.keys(optimizer.scalars(1, 1)).map((name) => [name, graph.input(`scalar/${name}`, [])]),
    ),
  });
  const outputs = Object.entries({ p: updated.parameters, ...updated.slots }).flatMap(([name, nodes]) =>
    nodes.map((node, i) => [`${name}/${i}`, node] as const),
  );
  return backend.compile(buildProgram(Object.fromEntries(outputs)));
}

/** Steps a state held as feeds, and gives it back by the same names. */
async function walkSteps(
  executable: Executable,
  optimizer: Optimizer,
  state: Record<string, Float64Array>,
  rates: readonly number[],
  { firstStep = 1, precision = 'float64' } = {},
): Promise<Record<string, Float64Array>> {
  let feeds = state;
  for (const [i, rate] of rates.entries()) {
    const scalars = Object.entries(optimizer.scalars(firstStep + i, rate)).map(
      ([name, value]) => [`scalar/${name}`, Float64Array.of(value)] as const,
    );
    const given = Object.entries({ ...feeds, ...Object.fromEntries(scalars) });
    const values = await executable.run(
      Object.fromEntries(
        given.map(([name, each]) => [name, precision === 'float32' ? Float32Array.from(each) : each]),
      ),
    );
    feeds = Object.fromEntries(Object.keys(state).map((name, j) => [name, Float64Array.from(values[j])]));
  }
  return feeds;
}

const concatenated = (state: Record<string, Float64Array>, name: string) =>
  Float64Array.from(problem.shapes.flatMap((_, i) => Array.from(state[`${name}/${i}`])));

function startState(optimizer: Optimizer): Record<string, Float64Array> {
  const state: Record<string, Float64Array> = {};
  let at = 0;
  problem.shapes.forEach((shape, i) => {
    state[`p/${i}`] = Float64Array.from(problem.start.slice(at, at + sizeOf(shape)));
    at += sizeOf(shape);
  });
  for (const { name, initial } of optimizer.slots)
    problem.shapes.forEach((shape, i) => {
      state[`${name}/${i}`] = new Float64Array(sizeOf(shape)).fill(initial);
    });
  return state;
}

/** The state where the steps of a case end. */
async function endOf({ settings: given, rates, around, clip }: OptimizerCase, backend?: Backend) {
  const settings = settingsOf(given);
  const optimizer = createOptimizer(settings);
  const step = await compileStep(
    optimizer,
    problem.shapes,
    (graph, parameters) => {
      const here = gradient(lossOf(graph, parameters), parameters);
      const moved = around && uphill(parameters, here, around);
      const gradients = moved ? gradient(lossOf(graph, moved), moved) : here;
      if (clip?.norm !== undefined) return clipByNorm(gradients, clip.norm, settings.convention);
      return clip?.value === undefined ? gradients : clipByValue(gradients, clip.value);
    },
    backend,
  );
  const rate = settings.learningRate ?? optimizer.defaultLearningRate;
  const all = rates ?? new Array<number>(problem.steps).fill(rate);
  return {
    optimizer,
    end: await walkSteps(step, optimizer, startState(optimizer), all, { precision: backend?.precision }),
  };
}

const label = ({ settings, rates, around, clip }: OptimizerCase) =>
  JSON.stringify({ ...settings, ...(rates ? { rates: 'changing' } : {}), ...around, clip });

void describe('50 steps end where the peer ends', () => {
  for (const one of cases)
    void it(label(one), async () => {
      const { optimizer, end } = await endOf(one);
      const error = farthest(concatenated(end, 'p'), one.end);
      assert.ok(error <= 1e-10, `parameters are off by ${error}`);
      const slots = Object.fromEntries(optimizer.slots.map(({ name }) => [name, concatenated(end, name)]));
      const divisor = optimizer.preconditioner(slots, problem.steps);
      assert.equal(divisor === undefined, one.preconditioner === undefined);
      if (divisor && one.preconditioner) {
        const off = farthest(divisor, one.preconditioner);
        assert.ok(off <= 1e-9, `the preconditioner is off by ${off}`);
      }
    });

  for (const nesterov of [false, true])
    void it(`torch.optim.SGD couples its decay${nesterov ? ', with Nesterov too' : ''}`, async () => {
      const [momentum, weightDecay, rate, h] = [0.9, 0.1, 0.05, 3];
      const optimizer = createOptimizer(
        settingsOf({ name: 'sgd', momentum, nesterov, weightDecay, convention: 'pytorch' }),
      );
      const step = await compileStep(optimizer, [[1]], (_, [w]) => [mul(h, w)]);
      const steps = 20;
      const state = { 'p/0': Float64Array.of(1), 'momentum/0': Float64Array.of(0) };
      const end = await walkSteps(step, optimizer, state, new Array<number>(steps).fill(rate));
      // The algorithm of its documentation.
      let [parameter, buffer] = [1, 0];
      for (let t = 1; t <= steps; t++) {
        const gradient = h * parameter + weightDecay * parameter;
        buffer = t > 1 ? momentum * buffer + gradient : gradient;
        parameter -= rate * (nesterov ? gradient + momentum * buffer : buffer);
      }
      assert.ok(Math.abs(end['p/0'][0] / parameter - 1) < 1e-12, `${end['p/0'][0]} for ${parameter}`);
    });

  void it('in native code too, in float32', async () => {
    const backend = await OnnxRuntimeBackend.open({ threads: 1 });
    for (const one of cases) {
      const error = farthest(concatenated((await endOf(one, backend)).end, 'p'), one.end);
      assert.ok(error <= 2e-4, `${label(one)}: ${error}`);
    }
  });

  void it('the conventions part where they should, beyond the tolerance', () => {
    for (const [at, one] of cases.entries()) {
      const other = cases[at + 1];
      if (one.settings.convention !== 'pytorch' || one.settings.name === 'sgd') continue;
      if (one.around) continue;
      assert.ok(farthest(one.end, other.end) > 1e-8, label(one));
    }
  });
});

void describe('the line of stability', () => {
  // On w^2 h / 2 the steps shrink just below the line and grow just above it. Where the rule preconditions, P is held
  // by a sum of squares far beyond what these steps add.
  const frozen = 1 - 1e-9;
  const rules: { settings: Partial<OptimizerSettings>; slot?: string; line: number }[] = [
    { settings: { name: 'sgd' }, line: 2 / 0.05 },
    { settings: { name: 'sgd', momentum: 0.5 }, line: 3 / 0.05 },
    { settings: { name: 'sgd', momentum: 0.5, convention: 'pytorch' }, line: 3 / 0.05 },
    { settings: { name: 'sgd', momentum: 0.5, nesterov: true }, line: (2 / 0.05) * (1.5 / 2) },
    { settings: { name: 'sgd', momentum: 0.5, weightDecay: 2 }, line: (1.9 * 1.5) / 0.05 },
    { settings: { name: 'sgd', weightDecay: 2 }, line: 2 / 0.05 - 2 },
    { settings: { name: 'sgd', weightDecay: 2, convention: 'pytorch' }, line: 2 / 0.05 - 2 },
    { settings: { name: 'sgd', momentum: 0.5, weightDecay: 2, convention: 'pytorch' }, line: 3 / 0.05 - 2 },
    { settings: { name: 'adagrad' }, slot: 'accumulator', line: 2 / 0.05 },
    { settings: { name: 'rmsprop', rho: frozen }, slot: 'velocity', line: 2 / 0.05 },
    { settings: { name: 'rmsprop', rho: frozen, momentum: 0.5 }, slot: 'velocity', line: 3 / 0.05 },
    { settings: { name: 'adam', beta2: frozen }, slot: 'velocity', line: 38 / 0.05 },
    { settings: { name: 'adam', beta2: frozen, convention: 'pytorch' }, slot: 'velocity', line: 38 / 0.05 },
    { settings: { name: 'adamw', beta2: frozen, weightDecay: 2 }, slot: 'velocity', line: (1.9 * 19) / 0.05 },
  ];
  for (const { settings, slot, line } of rules)
    void it(JSON.stringify(settings), async () => {
      const optimizer = createOptimizer(settingsOf(settings));
      const threshold = optimizer.threshold(0.05);
      assert.ok(threshold !== null && Math.abs(threshold / line - 1) < 1e-12, `${threshold}`);
      const firstStep = 1e12;
      const initial = Object.fromEntries(
        optimizer.slots.map(({ name }) => [name, Float64Array.of(name === slot ? 1e9 : 0)]),
      );
      const divisor = optimizer.preconditioner(initial, firstStep)?.[0] ?? 1;
      const after = async (share: number) => {
        const h = share * threshold * divisor;
        const step = await compileStep(optimizer, [[1]], (_, [w]) => [mul(h, w)]);
        const state = { 'p/0': Float64Array.of(1e-60), ...prefixed(initial) };
        const end = await walkSteps(step, optimizer, state, new Array<number>(300).fill(0.05), { firstStep });
        return Math.abs(end['p/0'][0]);
      };
      assert.ok((await after(0.98)) < 1e-61);
      assert.ok((await after(1.02)) > 1e-59);
    });

  void it('none for Lion, none at rate zero', () => {
    assert.equal(createOptimizer(settingsOf({ name: 'lion' })).threshold(0.1), null);
    assert.equal(createOptimizer(settingsOf({ name: 'sgd' })).threshold(0), null);
  });
});

const prefixed = (slots: Record<string, Float64Array>) =>
  Object.fromEntries(Object.entries(slots).map(([name, values]) => [`${name}/0`, values]));

void describe('averages', () => {
  const { walk, stepsPerEpoch, swa, ema } = averages;
  const through = (settings: typeof swa.settings | typeof ema.settings) => {
    const averager = createAverager(settings);
    assert.equal(averager.value, undefined);
    walk.forEach((point, i) => {
      const step = i + 1;
      const epoch = step % stepsPerEpoch === 0 ? step / stepsPerEpoch : undefined;
      averager.update(point, step, epoch);
      // As a run that is cut off after each step.
      averager.restore(structuredClone(averager.state()));
    });
    return averager.value!;
  };
  void it('SWA as PyTorch', () => assert.ok(farthest(through(swa.settings), swa.value) < 1e-12));
  void it('EMA as PyTorch and Keras', () => {
    assert.ok(farthest(through(ema.settings), ema.pytorch) < 1e-12);
    assert.ok(farthest(through(ema.settings), ema.keras) < 1e-12);
  });
});
