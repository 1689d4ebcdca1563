import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHARPNESS_FIGURES } from '../../../src/wording/sharpness';
import { shadeScale } from '../../../webview/plots/shade-scale';
import { type MappedPicture, sharpnessCells } from '../../../webview/plots/sharpness-cells';
import { sampleSurface, withMap, withPaths } from './sample-surface';

const [largest, gradient] = SHARPNESS_FIGURES;
const size = { width: 500, height: 460 };
const [sample] = sampleSurface().pictures;
const picture = { ...withMap(sample), marks: [{ ...sample.marks[0], at: [0, 0] }] } as MappedPicture;
const scale = shadeScale([2.94, 13.94]);
const draw = (figure = largest, of = picture) => sharpnessCells(of, figure, scale, size);
const count = (svg: string, what: RegExp) => [...svg.matchAll(what)].length;

test('a place is a cell with its number and its error; what overflows is hatched, what is to come is empty', () => {
  const { svg } = draw();
  assert.equal(count(svg, /class="cell shade-\d+"/g), 22);
  assert.equal(count(svg, /class="cell waiting"/g), 3);
  assert.equal(count(svg, /class="unresolved"/g), 1);
  assert.equal(count(svg, /class="cell-error"/g), 22);
  assert.ok(svg.includes('>2.94<') && svg.includes('>~6.44<'), 'a search that did not converge is marked');
  assert.equal(count(svg, /class="cell-here"/g), 1);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined|style=/);
});

test('level lines go over the cells, with their levels in words where cells have no numbers', () => {
  const { svg } = draw();
  // 4, 6, 8, 10, 12, between the middles of cells.
  assert.equal(count(svg, /class="map-line( loose)?"/g), scale.levels.length);
  assert.equal(count(svg, /class="mark level"/g), 0);
  assert.ok(
    svg.indexOf('class="map-line') < svg.indexOf('class="mark cell-number"'),
    'numbers are over them',
  );
  const narrow = sharpnessCells(picture, largest, scale, { width: 150, height: 130 });
  assert.ok(count(narrow.svg, /class="mark level"/g) > 0);
  assert.equal(count(sharpnessCells(picture, largest, shadeScale([3]), size).svg, /class="map-line/g), 0);
});

test('cells lie around their places, the first y below', () => {
  const { series, svg } = draw();
  const [, x, y, width, height] =
    /class="cell-here" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.map(Number);
  const middle = series[2].points[2];
  assert.ok(Math.abs(middle.x - (x + width / 2)) < 0.1 && Math.abs(middle.y - (y + height / 2)) < 0.1);
  assert.ok(series[0].points[0].y < series[4].points[0].y);
  assert.match(series[4].points[0].text, /^\(−1, −1\), 1\.41 away: /);
});

test('the cursor reads the figure with its error, and the table has every place', () => {
  const { series, table, label } = draw();
  assert.equal(series[2].points[2].text, '(0, 0), 0 away: λ₁ 2.9400 ± 0.0006, rows move it by 0.31 at least');
  assert.match(
    draw(gradient).series[2].points[2].text,
    /gradient norm 0\.2, over all rows like these 0\.10 ± 0\.15$/,
  );
  assert.ok(series.some(({ points }) => points.some(({ text }) => text.endsWith('not measured yet'))));
  assert.equal(table.rows.length, 23);
  assert.match(label, /^Map of the largest eigenvalue over v1 and v2, 5 by 5 cells\.$/);
});

test('where cells are narrow they have no numbers; paths are drawn over them', () => {
  const narrow = sharpnessCells(picture, largest, scale, { width: 150, height: 130 });
  assert.equal(count(narrow.svg, /class="mark cell-number"/g), 0);
  const paths = draw(largest, { ...withPaths(sample, ['sgd', 'adam']), sharpness: picture.sharpness });
  assert.equal(count(paths.svg, /class="cell-here"/g), 0);
  assert.ok(paths.svg.includes('>sgd<'));
});

test('colours go by equal ratios over a wide range, by equal steps over a narrow one', () => {
  const wide = shadeScale([0.1, 10]);
  assert.deepEqual([0.1, 1, 10].map(wide.shade), [0, 10, 20]);
  assert.equal(wide.words, 'colours from 0.1 up to 10 by equal ratios · lines at 0.2, 0.5, 1, 2, 5, 10');
  assert.deepEqual([-2, 0, 2].map(shadeScale([-2, 2]).shade), [0, 10, 20]);
  assert.equal(shadeScale([3, 3]).shade(3), 10);
  assert.deepEqual(shadeScale([3, 3]).levels, []);
  assert.deepEqual(shadeScale([-4, 4]).levels, [-3, -2, -1, 0, 1, 2, 3, 4]);
  assert.equal(shadeScale([]).words, '');
});
