import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { Drawing } from '../../../src/jobs/surface/drawing';
import { pictureOf } from '../../../src/jobs/surface/picture';
import { surface } from '../../../src/jobs/surface/surface';
import { levelsFor } from '../../../src/analysis/surface/levels';
import {
  type Picture,
  type Surface,
  surfaceChoicesSchema,
  surfaceSchema,
} from '../../../src/contract/surface';
import { UserError } from '../../../src/core/errors';
import { nodeAt } from '../../../src/wording/picture-nodes';
import { corpus, example, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const moons = corpus('data/moons.npz');
const tanh = corpus('keras/mlp-tanh-moons.keras');

function draw(
  checkpoints: readonly string[],
  data: string,
  choices: object = {},
  context = recordingContext<Surface>(),
) {
  return surface(
    {
      checkpoints: [...checkpoints],
      settings: quickRequest(checkpoints[0], data),
      choices: surfaceChoicesSchema.parse({ refinements: 2, ...choices }),
      title: '',
    },
    context,
  );
}

const near = (a: number, b: number, by: number) => assert.ok(Math.abs(a - b) <= by, `${a} for ${b}`);

/** The value at the node nearest to coordinates. */
function valueAt(picture: Picture, x: number, y: number): number {
  let best = { far: Infinity, loss: NaN };
  picture.loss.train.forEach((loss, node) => {
    const [a, b] = nodeAt(picture, node);
    const far = Math.hypot(a - x, b - y);
    if (far < best.far) best = { far, loss: loss ?? Infinity };
  });
  return best.loss;
}

test('the plane of two eigenvectors has their curvatures, and the checkpoint in its middle', async () => {
  const context = recordingContext<Surface>();
  const drawn = surfaceSchema.parse(await draw([tanh], moons, {}, context));
  const [picture] = drawn.pictures;
  const { spectrum, loss } = await analyze(quickRequest(tanh, moons, { top: 2 }), recordingContext());
  const [xx, xy, yy] = picture.quadratic.curvatures;
  near(xx, spectrum.largest[0].value, 1e-4 * xx);
  near(yy, spectrum.largest[1].value, 1e-4 * xx);
  near(xy, 0, 1e-4 * xx);
  near(picture.cosine, 0, 1e-6);
  near(valueAt(picture, 0, 0), loss!.train.loss.value, 1e-6);
  assert.equal(picture.centre.train.loss.value, loss!.train.loss.value);
  assert.equal(drawn.status, 'complete');
  assert.ok(context.partials.length >= 2 && context.partials[0].status === 'running');
  assert.ok(picture.error.bound <= 1 && picture.error.places === 40, JSON.stringify(picture.error));
});

test('several checkpoints are drawn alike: to the same distance along their eigenvectors', async () => {
  const other = corpus('keras/logistic-moons.keras');
  const { pictures } = await draw([tanh, other], moons, { refinements: 0 });
  const [a, b] = pictures;
  assert.deepEqual(
    a.axes.map(({ from, to }) => [from, to]),
    b.axes.map(({ from, to }) => [from, to]),
  );
  assert.equal(a.measured.length, 81);
});

test('random directions of a network with rescaled layers show the same landscape', async () => {
  const two = ['mlp-digits', 'mlp-digits-rescaled'].map((name) => corpus(`keras/${name}.keras`));
  const { pictures } = await draw(two, corpus('data/digits.npz'), { plane: 'random', refinements: 0 });
  const [a, b] = pictures;
  assert.ok(b.axes[0].to > 2 * a.axes[0].to);
  a.loss.train.forEach((loss, node) => near(b.loss.train[node]!, loss!, 1e-3 * loss!));
});

test('a plane through three checkpoints holds them where they are, with their own losses', async () => {
  const three = [
    example('small-batch/epoch-020.keras'),
    example('large-batch/epoch-100.keras'),
    corpus('runs/small-batch/epoch-016.keras'),
  ];
  const { pictures } = await draw(three, example('data/mnist.npz'), { plane: 'checkpoints', refinements: 0 });
  for (const { distance, loss, lossOnPlane, off } of pictures[0].marks) {
    near(distance, 0, 1e-9);
    near(lossOnPlane!, loss!, 1e-5 * loss!);
    assert.ok(off! < 0.01);
  }
});

test('the path of three checkpoints lies in its plane, and its axes hold all of it', async () => {
  const three = [
    corpus('runs/small-batch/epoch-016.keras'),
    example('large-batch/epoch-100.keras'),
    example('small-batch/epoch-020.keras'),
  ];
  const choices = { plane: 'path', refinements: 0, centre: 'mean' };
  const { pictures, findings } = await draw(three, example('data/mnist.npz'), choices);
  const [first, second] = pictures[0].axes;
  near(first.explained! + second.explained!, 1, 1e-12);
  // The last by its epoch, whatever the order they were named in.
  assert.equal(pictures[0].checkpoint.path, three[1]);
  pictures[0].marks.forEach(({ distance }) => near(distance, 0, 1e-9));
  assert.ok(
    findings.some((finding) => finding.includes('A random walk of as many steps would show 75 % and 25 %')),
  );
});

test('two checkpoints are no plane, and a run of two is no path', async () => {
  for (const plane of ['checkpoints', 'path'])
    await assert.rejects(draw([tanh, tanh], moons, { plane }), UserError);
  await assert.rejects(draw([tanh, tanh, tanh], moons, { plane: 'path' }), /one line or are the same/);
});

test('contours of a quadratic are ellipses with its axes to 1 %', async () => {
  const [sharp, flat] = [20, 3];
  const plane = {
    origin: { theta: new Float64Array(2), state: new Float64Array(0) },
    directions: [
      { theta: Float64Array.of(1, 0), state: new Float64Array(0) },
      { theta: Float64Array.of(0, 1), state: new Float64Array(0) },
    ] as const,
    axes: [
      { label: 'v1', from: -1, to: 1 },
      { label: 'v2', from: -1, to: 1 },
    ] as const,
    cosine: 0,
    marks: [],
  };
  const drawing = new Drawing(plane, {
    choices: surfaceChoicesSchema.parse({ tolerance: 0.05 }),
    seed: 1,
    remaining: () => Infinity,
    onSamples: () => undefined,
  });
  const meter = {
    pass: 7,
    at: (places: readonly (readonly [number, number])[]) =>
      Promise.resolve(
        places.map(([x, y]) => ({
          train: { loss: { value: 0.1 + (sharp * x * x + flat * y * y) / 2, standardError: 0 }, rows: 1 },
        })),
      ),
  };
  await drawing.begin(meter);
  const levels = levelsFor(
    drawing.samples.map(({ train }) => train.loss.value),
    0,
  );
  const shown = { ...levels, values: [...levels.values] };
  await drawing.refine(meter, shown);
  const none = { path: '', format: '', sha256: '', parameters: 2 };
  const subject = {
    label: '',
    checkpoint: none,
    centre: { train: { loss: { value: 0.1, standardError: 0 }, rows: 1 } },
    quadratic: {
      loss: 0.1,
      slopes: [0, 0] as [number, number],
      curvatures: [sharp, 0, flat] as [number, number, number],
    },
    marks: [],
  };
  const picture = pictureOf(subject, drawing, shown);
  assert.equal(picture.quadratic.trusted, undefined);
  assert.equal(picture.basins.length, 1);
  const middle = (picture.side - 1) / 2;
  const along = [
    (i: number) => picture.loss.train[middle * picture.side + middle + i]!,
    (i: number) => picture.loss.train[(middle + i) * picture.side + middle]!,
  ];
  [sharp, flat].forEach((curvature, axis) => {
    const level = 0.1 + (flat * 0.9) / 2;
    let i = 0;
    while (along[axis](i + 1) < level) i++;
    const [below, above] = [along[axis](i), along[axis](i + 1)];
    const crossing = (i + (level - below) / (above - below)) / middle;
    near(crossing, Math.sqrt((2 * (level - 0.1)) / curvature), 0.01 * crossing);
  });
});
