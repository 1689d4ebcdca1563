import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fisherRao } from '../../../../src/analysis/measures/fisher-rao';
import type { MeasureContext, MeasureDefinition } from '../../../../src/analysis/measures/measure';
import { relativeFlatness } from '../../../../src/analysis/measures/relative-flatness';
import { weightScaledTrace } from '../../../../src/analysis/measures/weight-scaled-trace';
import { mean } from '../../../../src/analysis/statistics';
import { openProblem } from '../../../../src/jobs/preparation/open-problem';
import type { ParameterBlock } from '../../../../src/objective/programs/parameter-space';
import { random } from '../../../../src/core/random';
import { analyzeRequestSchema } from '../../../../src/contract/settings';
import { corpus } from '../../../support/corpus';
import { assertClose, dense, normals, randomSymmetric, sum } from '../operators';

/** A context that knows a Hessian and nothing else; what a measure takes besides must not be asked for. */
function artificial(
  theta: Float64Array,
  rows: readonly ArrayLike<number>[],
  more: Partial<MeasureContext> = {},
): MeasureContext {
  const unasked = () => Promise.reject(new Error('not part of this context'));
  return {
    origin: { theta },
    blocks: [],
    seed: 1,
    precision: 'float64',
    signal: new AbortController().signal,
    losses: new Float64Array(1),
    gradient: new Float64Array(theta.length),
    rowLosses: unasked,
    rowCorrect: unasked,
    gradientAt: unasked,
    directional: unasked,
    along: unasked,
    hessian: dense(rows),
    gaussNewton: dense(rows),
    hasFisher: true,
    spectrum: { largest: [], smallest: [] },
    spectrumOf: 'hessian',
    progress: () => undefined,
    ...more,
  };
}

const kernel = (
  name: string,
  offset: number,
  shape: readonly number[],
  filterAxis: number,
): ParameterBlock => ({
  name,
  layer: name,
  shape,
  role: 'kernel',
  trainable: true,
  filterAxis,
  data: new Float64Array(),
  offset,
  length: shape.reduce((product, extent) => product * extent, 1),
});

/** Sum over s, s' of <w_s, w_s'> tr H_ss', entry by entry, for a kernel [columns, filters]. */
function definition(
  theta: Float64Array,
  rows: readonly ArrayLike<number>[],
  offset: number,
  columns: number,
  filters: number,
): number {
  const at = (column: number, filter: number) => offset + column * filters + filter;
  let total = 0;
  for (let s = 0; s < filters; s++)
    for (let other = 0; other < filters; other++) {
      let inner = 0;
      let trace = 0;
      for (let t = 0; t < columns; t++) {
        inner += theta[at(t, s)] * theta[at(t, other)];
        trace += rows[at(t, s)][at(t, other)];
      }
      total += inner * trace;
    }
  return total;
}

/** A symmetric positive matrix: estimates of its forms do not cancel. */
function positive(size: number, seed: number): Float64Array[] {
  const base = randomSymmetric(size, seed);
  return base.map((row) =>
    Float64Array.from(base, (other) => row.reduce((total, entry, k) => total + entry * other[k], 0) / size),
  );
}

interface Found {
  readonly value: number;
  readonly standardError: number | null;
}

/** Over many seeds: does an estimate fall around the exact value as its own error says? */
async function assertHonest(estimate: (seed: number) => Promise<readonly Found[]>, exact: readonly number[]) {
  const scores = exact.map((): number[] => []);
  for (let seed = 0; seed < 25; seed++)
    (await estimate(seed)).forEach(({ value, standardError }, i) =>
      scores[i].push((value - exact[i]) / standardError!),
    );
  scores.forEach((own, i) => {
    assert.ok(Math.abs(mean(own)) < 4 / Math.sqrt(own.length), `${i}: mean score ${mean(own)}`);
    const far = own.filter((score) => Math.abs(score) > 2).length / own.length;
    assert.ok(far < 0.2, `${i}: ${far} beyond two standard errors`);
  });
}

type LayerValues = readonly (Found & { name: string })[];

const measured = async (definitionOf: MeasureDefinition, context: MeasureContext) =>
  (await definitionOf.run(context)).measures[0];

test('relative flatness is its definition, whatever the order of axes, with few columns and with many', async () => {
  const [columns, filters] = [5, 3];
  const [wide, few] = [40, 2];
  const size = columns * filters + wide * few + 4;
  const rows = positive(size, 3);
  const theta = normals(size, random(2));
  // The second kernel begins after four biases; the same numbers as [filters, columns] are the same matrix transposed.
  const second = columns * filters + 4;
  const exact = [definition(theta, rows, 0, columns, filters), definition(theta, rows, second, wide, few)];
  const blocks = [kernel('a', 0, [columns, filters], 1), kernel('b', second, [5, 8, few], 2)];
  await assertHonest(
    async (seed) => {
      const found = await measured(relativeFlatness, artificial(theta, rows, { blocks, seed }));
      const layers = found.settings.layers as LayerValues;
      const together = sum(layers.map(({ value }) => value));
      assert.ok(Math.abs(together - found.value) < 1e-9 * found.value, `${together}, ${found.value}`);
      return [...layers, found];
    },
    [...exact, exact[0] + exact[1]],
  );

  // The matrix with its filters first: theta and H in the order of [filters, columns].
  const order = Array.from(
    { length: columns * filters },
    (_, i) => (i % columns) * filters + Math.floor(i / columns),
  );
  const turned = order.map((from) => Float64Array.from(order, (to) => rows[from][to]));
  const context = artificial(
    Float64Array.from(order, (from) => theta[from]),
    turned,
    { blocks: [kernel('a', 0, [filters, columns], 0)] },
  );
  const found = await measured(relativeFlatness, context);
  assertClose(found.value, exact[0], 1e-10);
  assert.equal(found.standardError, 0);
});

test('relative flatness of a single column is w.Hw, without error; without kernels there is none', async () => {
  const rows = positive(4, 1);
  const theta = normals(4, random(8));
  const context = artificial(theta, rows, { blocks: [kernel('a', 0, [1, 4], 1)] });
  const exact = sum(theta.map((w, i) => w * sum(rows[i].map((entry, j) => entry * theta[j]))));
  const found = await measured(relativeFlatness, context);
  assert.ok(Math.abs(found.value - exact) < 1e-12 && found.standardError! < 1e-12);
  assert.equal(found.invariant, false);
  const none = await relativeFlatness.run(artificial(theta, rows));
  assert.equal(none.measures.length, 0);
  assert.match(none.notes![0], /no trainable kernel/);
});

test('the weight-scaled trace is the sum of w_i^2 H_ii, exactly where there are few weights', async () => {
  const rows = positive(90, 5);
  const theta = normals(90, random(4));
  const exact = sum(theta.map((w, i) => w * w * rows[i][i]));
  await assertHonest(
    async (seed) => [await measured(weightScaledTrace, artificial(theta, rows, { seed }))],
    [exact],
  );
  const few = { theta: theta.slice(0, 12), rows: rows.slice(0, 12).map((row) => row.slice(0, 12)) };
  const found = await measured(weightScaledTrace, artificial(few.theta, few.rows));
  assertClose(found.value, sum(few.theta.map((w, i) => w * w * few.rows[i][i])), 1e-12);
  assert.equal(found.standardError, 0);
});

test('the Fisher-Rao norm is left out where the loss has no Fisher matrix', async () => {
  const { measures, notes } = await fisherRao.run(artificial(new Float64Array(2), [], { hasFisher: false }));
  assert.equal(measures.length, 0);
  assert.match(notes![0], /fisher-rao/);
});

interface Reference {
  readonly checkpoint: string;
  readonly data: string;
  readonly rows: number;
  readonly loss: number;
  readonly relativeFlatness: Readonly<Record<string, number>>;
  readonly weightScaledTrace: number;
  readonly fisherRao: { readonly value: number; readonly standardError: number };
}

const references = JSON.parse(
  readFileSync(corpus('measures/layer-measures.json'), 'utf8'),
) as readonly Reference[];

async function problemOf({ checkpoint, data, rows }: Reference, backend: 'reference' | 'onnxruntime') {
  const request = analyzeRequestSchema.parse({
    checkpoint: corpus('keras', checkpoint),
    data: corpus('data', data),
    samples: `first:${rows}`,
    backend,
  });
  return openProblem(request, new AbortController().signal);
}

for (const reference of references) {
  test(`${reference.checkpoint}: as PyTorch has them from the dense Hessian in float64`, async () => {
    const { objective, loss } = await problemOf(reference, 'onnxruntime');
    const exact = await problemOf(reference, 'reference');
    const { origin } = objective;
    try {
      const context = artificial(origin.theta, [], {
        origin,
        blocks: objective.parameters.blocks,
        hessian: {
          dimension: objective.parameters.dimension,
          apply: (vectors) => objective.hvp(origin, vectors),
        },
        hasFisher: loss.hasFisher,
        along: (operator, vector) => exact.objective.along(operator, origin, vector),
      });
      const flatness = await measured(relativeFlatness, context);
      const layers = flatness.settings.layers as LayerValues;
      const wanted = Object.values(reference.relativeFlatness);
      assert.equal(layers.length, wanted.length);
      layers.forEach(({ value, standardError, name }, i) =>
        assert.ok(Math.abs(value - wanted[i]) < 4 * standardError!, `${name}: ${value}, not ${wanted[i]}`),
      );
      const trace = await measured(weightScaledTrace, context);
      assert.ok(Math.abs(trace.value - reference.weightScaledTrace) < 4 * trace.standardError!);
      const { value, standardError } = await measured(fisherRao, context);
      assert.ok(Math.abs(value - reference.fisherRao.value) < 1e-7 * value, `${value}`);
      assert.ok(Math.abs(standardError! - reference.fisherRao.standardError) < 1e-7 * value);
    } finally {
      objective.dispose();
      exact.objective.dispose();
    }
  });
}
