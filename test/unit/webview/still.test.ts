import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USUAL_VIEW, matrixOf, seenAt } from '../../../webview/relief/camera';
import { facetsOf } from '../../../webview/relief/facets';
import { heightsOf } from '../../../webview/relief/heights';
import { raisedTo } from '../../../webview/relief/mesh';
import { stillPlot } from '../../../webview/relief/still';
import { sampleSurface, withPaths } from './sample-surface';

const { pictures, levels } = sampleSurface();
const [picture] = pictures;
const loss = { figure: 'loss', split: 'train' } as const;
const heights = heightsOf(picture, levels, loss);
const size = { width: 600, height: 460 };

test('facets leave walls out, end at the top, and carry the lines at whole heights', () => {
  const facets = facetsOf(heights, picture.unresolved);
  const top = raisedTo(heights, heights.top);
  assert.ok(facets.length > 100);
  const whole = new Set(
    Array.from({ length: levels.values.length }, (_, i) => raisedTo(heights, i).toFixed(9)),
  );
  for (const { corners, lines, normal } of facets) {
    assert.ok(corners.every(([, , z]) => z <= top + 1e-9));
    for (const pair of lines) for (const [, , z] of pair) assert.ok(whole.has(z.toFixed(9)), String(z));
    assert.ok(Math.abs(Math.hypot(...normal) - 1) < 1e-9 && normal[2] > 0);
  }
  assert.ok(facets.some(({ lines }) => lines.length > 0) && facets.some(({ isUnsure }) => isUnsure));
});

test('what is nearer is drawn later, from every side', () => {
  for (const turn of [-0.62, 0.9, 2.4, 4]) {
    const view = { ...USUAL_VIEW, turn };
    const matrix = matrixOf(view, size.width / size.height);
    const { svg } = stillPlot(picture, levels, loss, { size, view });
    const order = [...svg.matchAll(/class="facet [^"]*" d="M([\d. L-]+)Z"/g)].map(([, d]) => d);
    // Each facet's depth, found again by its first corner.
    const depths = new Map(
      facetsOf(heights, []).map(({ corners }) => {
        const first = seenAt(matrix, corners[0]);
        const rounded = [first.x * size.width, first.y * size.height].map((x) => Math.round(x * 100) / 100);
        const depth = corners.reduce((sum, [x, y]) => sum + seenAt(matrix, [x, y, 0]).depth, 0);
        return [rounded.join(' '), depth / corners.length];
      }),
    );
    const found = order.map((d) => depths.get(d.split('L')[0]));
    assert.ok(found.length > 100 && found.every((depth) => depth !== undefined));
    for (let i = 1; i < found.length; i++) assert.ok(found[i] <= found[i - 1] + 1e-6);
  }
});

test('a checkpoint is drawn after all of the ground that touches it', () => {
  const flat = { ...picture, loss: { train: picture.loss.train.map(() => 0.3) } };
  const { svg } = stillPlot(flat, levels, loss, { size });
  const circles = [...svg.matchAll(/<circle [^>]*cx="([\d.]+)" cy="([\d.]+)"/g)];
  assert.equal(circles.length, 3);
  for (const { index, 1: cx, 2: cy } of circles) {
    const touching = [...svg.matchAll(/class="facet [^"]*" d="M([\d. L-]+)Z"/g)].filter(([, d]) => {
      const corners = d.split('L').map((corner) => corner.split(' ').map(Number));
      return [Number(cx), Number(cy)].every((place, axis) => {
        const along = corners.map((corner) => corner[axis]);
        return place >= Math.min(...along) && place <= Math.max(...along);
      });
    });
    assert.ok(touching.length > 0 && touching.every((facet) => facet.index < index));
  }
});

test('runs have their colours in a still picture, each piece over a margin that is drawn before it', () => {
  const { svg } = stillPlot(withPaths(picture, ['sgd', 'adam']), levels, loss, { size });
  const count = (what: RegExp) => [...svg.matchAll(what)].length;
  const [green, violet] = [count(/class="step c"/g), count(/class="step d"/g)];
  assert.ok(green > 0 && violet > 0);
  assert.equal(count(/class="around-step"/g), green + violet);
  assert.equal(count(/class="checkpoint( off)? c"/g), 3);
  assert.equal(count(/class="checkpoint( off)? d"/g), 3);
  assert.equal(count(/class="mean"/g), 2);
  for (const name of ['sgd', 'adam']) assert.ok(svg.includes(`class="mark" `) && svg.includes(`>${name}<`));
});

test('no word of a still picture is cut, however narrow it is', () => {
  const long = {
    ...picture,
    axes: picture.axes.map((axis, i) => ({ ...axis, label: `principal direction ${i + 1}` })),
  };
  for (const width of [280, 400, 700])
    for (const turn of [-0.62, 0.9, 2.4, 4]) {
      const narrow = { width, height: 300 };
      const view = { ...USUAL_VIEW, turn };
      const { svg } = stillPlot({ ...picture, ...long } as typeof picture, levels, loss, {
        size: narrow,
        view,
      });
      const words = [...svg.matchAll(/<text [^>]*x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)</g)];
      assert.ok(words.length > 5);
      for (const [, x, y, word] of words) {
        const half = 3 * word.length;
        assert.ok(Number(x) >= half && Number(x) <= width - half, `${word} at ${x} of ${width}`);
        assert.ok(Number(y) >= 8 && Number(y) <= 300, `${word} at ${y}`);
      }
    }
});

test('a still picture is plain SVG in the colours of the style sheet, with axes, checkpoints and values', () => {
  const { svg, series, table, label } = stillPlot(picture, levels, loss, { size });
  // An editor's page refuses a style that stands in the picture itself.
  assert.doesNotMatch(svg, /NaN|Infinity|undefined|style=|fill="/);
  assert.equal([...svg.matchAll(/class="checkpoint( off)?"/g)].length, 3);
  for (const word of ['v1', 'v2']) assert.ok(svg.includes(`>${word}<`));
  assert.equal(table.rows.length, picture.measured.length);
  for (const { x, y } of series.flatMap(({ points }) => points))
    assert.ok(x > 0 && x < size.width && y > -20 && y < size.height);
  assert.match(label, /^Surface of the .*v1 and v2, from one side\.$/);
  assert.ok(svg.length < 400_000);
});
