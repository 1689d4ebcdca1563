import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapLines } from '../../../../src/cli/map-lines';
import { sharpnessSentences } from '../../../../src/wording/interpretation/of-sharpness';
import { SHARPNESS_FIGURES } from '../../../../src/wording/sharpness';
import { sampleSurface, withMap } from '../../webview/sample-surface';

const [picture] = sampleSurface().pictures;
const mapped = withMap(picture);

test('a map of sharpness says where its figures are least and largest, each with its error, and what it lacks', () => {
  assert.deepEqual(sharpnessSentences(picture), []);
  assert.deepEqual(sharpnessSentences(mapped), [
    'Sharpness at 23 of 25 places of this plane: largest eigenvalue from 2.9400 ± 0.0006 at (0, 0) to 13.9400 ± 0.0006 at (0, −1) (rows move it by at least 3.9 % at half of the places); gradient norm from 0.10 ± 0.15 at (0, 0) to 22.10 ± 0.15 at (0, −1) (its error over rows is 1.5 % at half of the places).',
    'At 1 place of the map of sharpness the numbers overflow.',
    'At 1 place the search for the largest eigenvalue did not converge.',
  ]);
});

test('a place tells its errors in words', () => {
  const [middle] = mapped.sharpness!.places;
  const [largest, gradient] = SHARPNESS_FIGURES.map((figure) => figure.text(middle));
  assert.equal(largest, 'λ₁ 2.9400 ± 0.0006, rows move it by 0.31 at least');
  assert.equal(gradient, 'gradient norm 0.2, over all rows like these 0.10 ± 0.15');
});

test('a terminal shows a map as grids, y upwards', () => {
  const lines = mapLines(mapped);
  const rows = lines.slice(2, 8).map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(rows[0], ['−1', '−0.5', '0', '0.5', '1']);
  assert.equal(rows[3][3], '2.94');
  assert.ok(lines.some((line) => line.includes('overflows')));
  // The second row from below lies under the middle one: y = -0.5.
  assert.equal(rows[4][0], '−0.5');
  assert.deepEqual(mapLines(picture), []);
});
