import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { operatorAt } from '../../../src/jobs/analyze/operator-at';
import { Eigenvalues } from '../../../src/jobs/analyze/eigenvalues';
import { heldAgainstRounding } from '../../../src/jobs/analyze/rounding';
import { exactSpectrum } from '../../../src/analysis/spectrum/exact';
import { largest } from '../../../src/analysis/spectrum/largest';
import { layerLargest } from '../../../src/analysis/spectrum/layers';
import { relu } from '../../../src/autodiff/operations';
import type { Objective, Point } from '../../../src/objective/evaluation/objective';
import { random } from '../../../src/core/random';
import { interpret } from '../../../src/wording/interpretation/interpretation';
import type { Eigenvalue } from '../../../src/contract/report';
import type { AnalyzeRequest } from '../../../src/contract/settings';
import { corpus, quickRequest } from '../../support/corpus';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';
import { recordingContext } from '../../support/job-context';

const measure = (name: string, more: object) =>
  analyze(
    quickRequest(corpus(`numbers/${name}.keras`), corpus(`numbers/${name}.npz`), more),
    recordingContext(),
  );

/** That each of the values holds what is right, computed in float64 by NumPy or JAX, and to so many digits. */
function assertRight(found: readonly Eigenvalue[], right: readonly number[], digits: number): void {
  assert.equal(found.length, right.length);
  found.forEach(({ value, errorBound, converged }, i) => {
    assert.ok(converged, `${i}: ${value} ± ${errorBound}`);
    assert.ok(Math.abs(value - right[i]) <= 2 * errorBound + digits, `${i}: ${value} for ${right[i]}`);
  });
}

test('every output of a regression has the same eigenvalues: all copies are found', async () => {
  const { spectrum } = await measure('multiple', { loss: 'mean-squared-error', top: 5 });
  assertRight(spectrum.largest, [75.2904, 24.04925, 24.04925, 24.04925, 24.04925], 5e-5);
});

test('the smallest of a Hessian of rank 3 are zeros, not what the search for the largest left', async () => {
  const { spectrum } = await measure('rank3', { top: 5, bottom: 5 });
  assertRight(spectrum.smallest, [0, 0, 0, 0, 0], 1e-12);
});

test('dead units: the whole spectrum is finite', async () => {
  const { spectrum } = await measure('dead', { exact: true, top: 1 });
  const { eigenvalues } = spectrum.exact!;
  assert.ok(Math.abs(eigenvalues[0] + 1.9167) < 1e-4);
  assert.ok(Math.abs(eigenvalues[eigenvalues.length - 1] - 5.3118) < 1e-4);
});

test('an unscaled column: what float32 does not see beside an outlier is seen in float64', async () => {
  const report = await measure('year', { top: 4, bottom: 1 });
  const { largest: top, smallest } = report.spectrum;
  assert.ok(Math.abs(top[3].value - 0.498) < 1e-3 && top[3].converged, `${top[3].value}`);
  assert.ok(Math.abs(smallest[0].value - 5e-5) < 1e-5 && smallest[0].converged, `${smallest[0].value}`);
  assert.ok(report.notes.some((note) => /float64/.test(note)));
});

test('matrices beside the Hessian are searched and held against float64 as it is', async () => {
  const { beside = [] } = await measure('year', { top: 4, operators: true });
  const alone = await measure('year', { top: 4, operator: 'ggn', backend: 'reference' });
  assertRight(
    beside.find(({ operator }) => operator === 'ggn')!.largest,
    alone.spectrum.largest.map(({ value }) => value),
    0,
  );
});

test('a saturated softmax: values of a float32 backend are those of the reference', async () => {
  const more = { samples: 'first:200', top: 3 };
  const [single, double] = [
    await measure('saturated', more),
    await measure('saturated', { ...more, backend: 'reference' }),
  ];
  assertRight(
    single.spectrum.largest,
    double.spectrum.largest.map(({ value }) => value),
    0,
  );
});

/** A network of rectifiers with saturated softmax outputs, 300 rows; how steep it is goes by the seed. */
async function saturated(seed: number, backend: 'onnxruntime' | 'reference' = 'onnxruntime', width = 10) {
  const stream = random(seed, 77);
  const normals = (count: number, scale = 1) =>
    Float64Array.from({ length: count }, () => scale * stream.normal());
  const sizes = [6, width, width, 4];
  const steep = 10 ** (0.5 + 3 * stream.uniform());
  const weights = [normals(6 * width), normals(width ** 2), normals(4 * width, steep)];
  const rows = rowsOf(
    normals(1800),
    6,
    Array.from({ length: 300 }, () => Math.floor(4 * stream.uniform())),
    [],
  );
  const model = denseModel(sizes, { activation: relu, weights });
  return objectiveOf(model, rows, 'categorical-crossentropy', { backend });
}

/** The same objective where so many rows can be afforded in float64 for two vectors. */
const affording = (objective: Objective, rows: number) =>
  Object.create(objective, {
    rowWork: { value: { operations: 2e8 / 2 / (rows + 0.5), nodes: 0 } },
  }) as Objective;

test('bounds hold the rounding of saturated networks where float64 can be afforded, and where it cannot', async () => {
  const { signal } = new AbortController();
  let converged = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const objective = await saturated(seed);
    const plain = await objective.over(objective.options.trainRows, 'reference');
    try {
      const point = objective.origin;
      const { eigenvalues } = await exactSpectrum(operatorAt(plain, plain.origin, 'hessian'));
      const right = [...eigenvalues].reverse();
      const { pairs } = await largest(operatorAt(objective, point, 'hessian'), { count: 2 });
      const question = { operator: 'hessian' as const, point, pairs, seed: 1, signal };
      for (const rows of [300, 40, 0]) {
        const { pairs: held } = await heldAgainstRounding(affording(objective, rows), question);
        held.forEach(({ value, errorBound, converged: sure }, i) => {
          if (sure) converged++;
          const off = Math.abs(value - right[i]);
          assert.ok(
            !sure || off <= 2 * errorBound,
            `${seed}, ${rows} rows: ${value} ± ${errorBound} for ${right[i]}`,
          );
        });
      }
    } finally {
      objective.dispose();
      plain.dispose();
    }
  }
  assert.ok(converged > 36, `${converged} of 72 are said to have converged`);
});

test('the bound of a whole spectrum holds what float32 did to every eigenvalue', async () => {
  const request = {
    top: 3,
    bottom: 0,
    seed: 1,
    operator: 'hessian',
    density: false,
    exact: true,
  } as AnalyzeRequest;
  const { signal } = new AbortController();
  for (const seed of [2, 4, 5]) {
    const objective = await saturated(seed, 'onnxruntime', 17);
    const plain = await saturated(seed, 'reference', 17);
    const search = await Eigenvalues.open(objective, objective.origin, request, signal);
    await search.largest({ onProgress: () => undefined });
    const found = await exactSpectrum(search.operator);
    const right = await exactSpectrum(operatorAt(plain, plain.origin, 'hessian'));
    const bound = await search.roundingOfAll(found);
    const off = Math.max(...found.eigenvalues.map((value, i) => Math.abs(value - right.eigenvalues[i])));
    assert.ok(off <= bound, `${seed}: ${off} beyond ${bound}`);
    assert.ok(found.asymmetry < off, 'what is unsymmetric shows little of it');
    search.dispose();
    objective.dispose();
    plain.dispose();
  }
});

test('bounds hold the rounding of float64 too: parameters moved by a last digit give values within them', async () => {
  const { signal } = new AbortController();
  for (let seed = 1; seed <= 4; seed++) {
    const objective = await saturated(seed, 'reference', 3);
    const request = quickRequest('', '', { top: 3 });
    const values = async (point: Point) => {
      const opened = await Eigenvalues.open(objective, point, request, signal);
      const found = await opened.largest({ onProgress: () => undefined });
      opened.dispose();
      return found.values;
    };
    const { origin } = objective;
    const theta = origin.theta.map((weight, i) => weight * (1 + (i % 2 ? 1 : -1) * Number.EPSILON));
    const [here, there] = [await values(origin), await values({ ...origin, theta })];
    here.forEach(({ value, errorBound }, i) => {
      const off = Math.abs(there[i].value - value);
      assert.ok(off <= 2 * (errorBound + there[i].errorBound), `${seed}: ${off} apart, ± ${errorBound}`);
    });
    objective.dispose();
  }
});

test('eigenvectors of blocks are held against what rounding does in their own block', async () => {
  const objective = await saturated(1);
  const { blocks } = objective.parameters;
  const { signal } = new AbortController();
  try {
    const point = objective.origin;
    const pairs = await layerLargest(operatorAt(objective, point, 'hessian'), blocks);
    const question = { operator: 'hessian' as const, point, pairs, blocks, seed: 1, signal };
    const whole = await heldAgainstRounding(affording(objective, 300), question);
    const none = await heldAgainstRounding(affording(objective, 0), question);
    for (const [i, { value }] of whole.pairs.entries()) {
      assert.equal(none.pairs[i].value, pairs[i].value);
      assert.ok(Math.abs(none.pairs[i].value - value) <= 2 * none.pairs[i].errorBound);
    }
  } finally {
    objective.dispose();
  }
});

test('no sentence on the sign of a curvature that rounding hides', async () => {
  const report = await measure('year', { top: 1 });
  const [top] = report.spectrum.largest;
  const wide = { ...top, errorBound: 1e-2 * top.value };
  const spectrum = { ...report.spectrum, largest: [wide], smallest: [], lowestRitz: -5e-3 * top.value };
  const { findings } = interpret({ ...report, spectrum });
  assert.ok(!findings.some((finding) => /curves downwards: /.test(finding)), findings.join(' '));
});
