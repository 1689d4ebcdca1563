import assert from 'node:assert/strict';
import { test } from 'node:test';
import { density } from '../../../src/analysis/spectrum/density';
import { gaussQuadrature, lanczos } from '../../../src/analysis/spectrum/lanczos';
import { largest } from '../../../src/analysis/spectrum/largest';
import { CancelledError } from '../../../src/core/errors';
import { smoothedDensity } from '../../../src/analysis/spectrum/smoothing';
import { SpectralMeasure } from '../../../src/analysis/spectrum/spectral-measure';
import { random } from '../../../src/core/random';
import { assertClose, diagonal, normals, rotated, sum, trainedSpectra } from './operators';

function exactFigures(values: readonly number[]): number[] {
  const negative = sum(values.map((value) => Math.max(-value, 0)));
  return [
    values.filter((value) => value < -1e-3 * values[0]).length / values.length,
    negative / sum(values.map(Math.abs)),
    sum(values) / values.length,
    sum(values.map((value) => value * value)) / values.length,
  ];
}

test('Gauss quadrature of a full Lanczos run integrates the spectral measure of its start exactly', async () => {
  const values = [3, 2, 1, -1, -4];
  const start = Float64Array.of(1, 2, 3, 4, 5);
  const [matrix] = await lanczos(diagonal(values), [start], { steps: 5 });
  const { nodes, weights } = gaussQuadrature(matrix);
  const total = sum(start.map((component) => component * component));
  [...nodes].reverse().forEach((node, i) => {
    assertClose(node, values[i], 1e-12);
    assertClose(weights[4 - i], start[i] ** 2 / total, 1e-12, 'weight: the SQUARED component');
  });
});

test('starts in lockstep go their own ways: the digits are those of one by one', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'mlp-diabetes')!;
  const starts = [1, 2, 3, 4].map((stream) => normals(values.length, random(9, stream)));
  const deflated = [normals(values.length, random(8)).fill(0)];
  deflated[0][7] = 1;
  for (const memory of [2 ** 30, 0]) {
    const matrix = rotated(values);
    const together = await lanczos(matrix, starts, { steps: 20, deflated, memory });
    assert.deepEqual([matrix.calls, matrix.products], [20, 80]);
    for (const [i, start] of starts.entries()) {
      assert.deepEqual(await lanczos(rotated(values), [start], { steps: 20, deflated, memory }), [
        together[i],
      ]);
    }
  }
});

test('a recurrence ends with its Krylov space', async () => {
  for (const memory of [2 ** 30, 0]) {
    const matrix = diagonal([2, 2, 1, 1, 0]);
    const [first, second, none] = await lanczos(
      matrix,
      [Float64Array.of(1, 1, 1, 1, 1), Float64Array.of(1, 1, 0, 0, 0), new Float64Array(5)],
      { steps: 5, memory },
    );
    assert.deepEqual([first.diagonal.length, second.diagonal.length, none.diagonal.length], [3, 1, 0]);
    assert.equal(matrix.products, 4);
  }
});

test('trained networks: mass and share of the negative side and the moments within four standard errors', async () => {
  for (const { name, values } of trainedSpectra) {
    const matrix = rotated(values);
    const { pairs } = await largest(matrix, { count: 5, seed: 1 });
    const before = matrix.products;
    const result = await density(matrix, { pairs, largest: pairs[0].value, seed: 1 });
    assert.equal(result.products, matrix.products - before);
    const found = [result.massBelow, result.negativeShare, ...result.moments];
    exactFigures(values).forEach((exact, i) => {
      const { value, standardError } = found[i];
      assert.ok(Math.abs(value - exact) <= 4 * standardError! + 1e-9, `${name}: ${value} for ${exact}`);
      assert.ok(
        standardError! <= 0.3 * Math.abs(exact) + 1e-9,
        `${name}: error ${standardError} of ${exact}`,
      );
    });
    assertClose(sum(result.nodes.map((node) => node.weight)), 1, 1e-9);
    const { eigenvalues, density: curve } = result;
    const area = sum(
      curve.slice(1).map((y, i) => ((y + curve[i]) / 2) * (eigenvalues[i + 1] - eigenvalues[i])),
    );
    assertClose(area, 1, 2e-3, 'area');
  }
});

test('trained networks: the curve is that of the eigenvalues, and single Ritz values are not seen in it', async () => {
  const sharp = new Set(['residual-digits', 'transformer-digits', 'mlp-digits', 'lstm-digits']);
  for (const { name, values } of trainedSpectra) {
    if (values.length <= 400) continue;
    const matrix = rotated(values);
    const { pairs } = await largest(matrix, { count: 5, seed: 1 });
    const found = await density(matrix, { pairs, seed: 1 });
    const exact = smoothedDensity(new SpectralMeasure(values.length, values, []));
    const nodes = found.nodes.map(({ eigenvalue }) => eigenvalue);
    const weights = found.nodes.map(({ weight }) => weight);
    const spikes = smoothedDensity(new SpectralMeasure(values.length, [], [{ nodes, weights }]));
    const off = decadesOff(found, exact);
    const bare = decadesOff(spikes, exact);
    assert.ok(off < bare, `${name}: ${off} decades off, no better than the bare nodes`);
    if (sharp.has(name)) assert.ok(off < 0.15 && off < 0.6 * bare, `${name}: ${off} of ${bare} decades off`);
  }
});

/** Mean distance of two curves in decades where both have at least a thousandth of their greatest value. */
function decadesOff(found: Curve, exact: Curve): number {
  const least = 1e-3 * Math.max(...exact.density);
  const distances = exact.eigenvalues.flatMap((x, i) => {
    const wanted = exact.density[i];
    const j = found.eigenvalues.findIndex((value) => value >= x);
    if (wanted < least || j < 1) return [];
    const part = (x - found.eigenvalues[j - 1]) / (found.eigenvalues[j] - found.eigenvalues[j - 1]);
    const value = found.density[j - 1] * (1 - part) + found.density[j] * part;
    return [Math.abs(Math.log10(Math.max(value, 1e-3 * least) / wanted))];
  });
  return sum(distances) / distances.length;
}

interface Curve {
  readonly eigenvalues: readonly number[];
  readonly density: readonly number[];
}

test('errors over probes are honest', async () => {
  const values = [50, 20, ...Array.from({ length: 448 }, (_, i) => (i < 150 ? -1 : 1) * (i % 50) * 0.02)];
  const exact = exactFigures(values);
  const far = exact.map(() => 0);
  const runs = 40;
  for (let seed = 0; seed < runs; seed++) {
    const matrix = rotated(values, 2);
    const { pairs } = await largest(matrix, { count: 2, seed });
    const result = await density(matrix, { pairs, largest: 50, seed, steps: 40 });
    [result.massBelow, result.negativeShare, ...result.moments].forEach(({ value, standardError }, i) => {
      if (Math.abs(value - exact[i]) > 2 * standardError!) far[i]++;
    });
  }
  far.forEach((count) => assert.ok(count <= 0.12 * runs, `${far.join()} of ${runs} beyond two`));
});

test('one probe of a large network: its bars hold what the quadrature leaves open', async () => {
  let [within, cases] = [0, 0];
  for (const { values } of trainedSpectra) {
    if (values.length < 1000) continue;
    const large = stretched(values, 10_000);
    const exact = exactFigures(large);
    for (let seed = 0; seed < 3; seed++) {
      const result = await density(diagonal(large), { largest: values[0], seed });
      assert.deepEqual([result.probes, result.products], [1, 100]);
      [result.massBelow, result.negativeShare, ...result.moments].forEach(({ value, standardError }, i) => {
        cases++;
        if (Math.abs(value - exact[i]) <= 2 * standardError!) within++;
      });
    }
  }
  assert.ok(within >= 0.88 * cases, `${within} of ${cases} within two`);
});

/** A spectrum of the same shape with so many eigenvalues. */
function stretched(values: readonly number[], size: number): number[] {
  return Array.from({ length: size }, (_, i) => {
    const place = (i / (size - 1)) * (values.length - 1);
    const below = Math.min(Math.floor(place), values.length - 2);
    return values[below] + (place - below) * (values[below + 1] - values[below]);
  });
}

test('exact eigenpairs have mass 1/P and leave (P - k)/P to the probes', async () => {
  const values = [100, 10, ...new Array<number>(498).fill(1)];
  const matrix = rotated(values);
  const { pairs } = await largest(matrix, { count: 2, seed: 1 });
  const { nodes, moments, steps, probes } = await density(matrix, { pairs });
  assert.deepEqual([steps, probes], [100, 4]);
  assert.deepEqual(
    nodes.slice(-2).map((node) => node.weight),
    [1 / 500, 1 / 500],
  );
  assertClose(sum(nodes.slice(0, -2).map((node) => node.weight)), 498 / 500, 1e-12);
  assertClose(moments[0].value, sum(values) / 500, 1e-9);
  const unconverged = pairs.map((pair) => ({ ...pair, converged: false }));
  const undeflated = await density(matrix, { pairs: unconverged });
  assert.notEqual(undeflated.nodes.at(-1)!.weight, 1 / 500);
});

test('without memory for the bases the figures are the same within their errors', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'mlp-digits')!;
  const { pairs } = await largest(rotated(values), { count: 5, seed: 1 });
  const long = await density(rotated(values), { pairs, seed: 3 });
  const short = await density(rotated(values), { pairs, seed: 3, memory: 0 });
  assertClose(short.moments[1].value, long.moments[1].value, 1e-9);
  const figures = [short.massBelow, short.negativeShare, ...short.moments];
  exactFigures(values).forEach((exact, i) => {
    assert.ok(Math.abs(figures[i].value - exact) <= 4 * figures[i].standardError!);
  });
});

test('small, zero and constant operators', async () => {
  const small = await density(diagonal([3, 1, -1, -5]));
  assert.deepEqual(
    small.nodes.map((node) => node.eigenvalue),
    [-5, -1, 1, 3],
  );
  assert.deepEqual([small.probes, small.massBelow.value, small.negativeShare.value], [0, 0.5, 0.6]);
  assert.equal(
    small.standardError.every((error) => error === 0),
    true,
  );
  for (const [value, size] of [
    [0, 3],
    [0, 500],
    [2, 500],
  ]) {
    const result = await density(diagonal(new Array<number>(size).fill(value)));
    assert.ok(Math.abs(result.moments[0].value - value) < 1e-12);
    assert.ok(result.density.every(Number.isFinite) && result.massBelow.value === 0);
    assert.equal(result.negativeShare.value, 0);
  }
});

test('the kernel is narrower than the bulk: outliers a million times larger do not blur its two halves', async () => {
  const values = Array.from({ length: 300 }, (_, i) => (i < 3 ? 1000 * (i + 1) : i % 2 ? 1e-3 : 2e-3));
  const { eigenvalues, density: curve } = await density(diagonal(values));
  const at = (x: number) => curve[eigenvalues.findIndex((value) => value >= x)];
  assert.ok(at(1.45e-3) < 0.5 * at(1e-3) && at(1.45e-3) < 0.5 * at(2e-3));
  assert.ok(eigenvalues[0] > 0, 'no mass is drawn on the side where there is none');
  assert.ok(eigenvalues.every((value, i) => i === 0 || value > eigenvalues[i - 1]));
});

test('the same seed repeats; cancelling stops', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'gru-digits')!;
  const options = { probes: 2, steps: 20, seed: 5 };
  assert.deepEqual(await density(rotated(values), options), await density(rotated(values), options));
  const controller = new AbortController();
  const onProgress = (products: number) => products >= 10 && controller.abort();
  await assert.rejects(
    density(rotated(values), { ...options, signal: controller.signal, onProgress }),
    CancelledError,
  );
});
