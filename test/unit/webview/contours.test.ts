import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleSurface, withPaths } from './sample-surface';
import { contourPlot } from '../../../webview/plots/contours';

const size = { width: 500, height: 460 };
const { pictures, levels } = sampleSurface();
const [picture] = pictures;
const draw = (figure: 'loss' | 'accuracy' = 'loss', split: 'train' | 'test' = 'train') =>
  contourPlot(picture, levels, { figure, split }, size);
const count = (svg: string, what: RegExp) => [...svg.matchAll(what)].length;

test('a level has a contour, and what the Hessian foretells is dashed over the training loss alone', () => {
  const { svg } = draw();
  assert.equal(count(svg, /class="contour shade-\d+"/g), levels.values.length);
  assert.ok(count(svg, /class="model"/g) > 2);
  assert.equal(count(draw('loss', 'test').svg, /class="model"/g), 0);
  // An editor's page refuses a style that stands in the picture itself.
  assert.doesNotMatch(svg, /NaN|Infinity|undefined|style=/);
});

test('the model is dashed where it is: an ellipse crosses the axis at its own distance', () => {
  const bowl = {
    ...picture,
    quadratic: {
      loss: 0,
      slopes: [0, 0] as [number, number],
      curvatures: [8, 0, 2] as [number, number, number],
    },
  };
  const { svg } = contourPlot(
    bowl,
    { kind: 'linear', values: [1, 100], offset: 0 },
    { figure: 'loss', split: 'train' },
    size,
  );
  const [, d] = /class="model" d="M([^"]*)Z"/.exec(svg)!;
  const points = d.split('L').map((point) => point.split(' ').map(Number));
  const width = Math.max(...points.map(([x]) => x)) - Math.min(...points.map(([x]) => x));
  const height = Math.max(...points.map(([, y]) => y)) - Math.min(...points.map(([, y]) => y));
  // 4 x² + y² = 1: half as wide as high, and a whole extent of 2 high.
  assert.ok(Math.abs(height / width - 2) < 0.01);
  const [, frame] = /class="outline"[^>]* height="([\d.]+)"/.exec(svg)!;
  assert.ok(Math.abs(height / Number(frame) - 1) < 0.01);
});

test('what is off the plane is dashed, what may be wrong is hatched, floors and passes are marked', () => {
  const { svg } = draw();
  assert.equal(count(svg, /class="step off"/g), 2);
  assert.equal(count(svg, /class="checkpoint off"/g), 1);
  assert.equal(count(svg, /class="unresolved"/g), 1);
  assert.equal(count(svg, /class="floor"/g), 2);
  assert.equal(count(svg, /class="saddle"/g), 1);
});

test('paths of several runs have a colour each, no step between them, and the means of their ends', () => {
  const paths = withPaths(picture, ['sgd', 'adam']);
  const { svg } = contourPlot(paths, levels, { figure: 'loss', split: 'train' }, size);
  assert.equal(count(svg, /class="step( off)? c"/g), 2);
  assert.equal(count(svg, /class="step( off)? d"/g), 2);
  assert.equal(count(svg, /class="checkpoint( off)? [cd]"/g), 6);
  assert.equal(count(svg, /class="mean"/g), 2);
  assert.ok(svg.includes('>sgd<') && svg.includes('>adam<'));
});

test('the cursor reads a place with its distance, and the table holds what was measured', () => {
  const { series, table } = draw();
  assert.equal(table.rows.length, picture.measured.length);
  const middle = series[8].points[8];
  assert.match(middle.text, /^\(0, 0\), 0 away: loss 0\.35, test 0\.455, accuracy 74\.1 %, measured$/);
  const top = series[0].points;
  assert.match(top[top.length - 1].text, /off every scale/);
  assert.ok(top[0].y < series[16].points[0].y);
});

test('accuracies have levels of their own', () => {
  assert.match(draw('accuracy').svg, />90 %</);
});
