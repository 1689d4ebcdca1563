import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runFileSchema } from '../../../src/contract/run-file';
import { type Surface, surfaceChoicesSchema, surfaceSchema } from '../../../src/contract/surface';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { pointOf } from '../../../src/jobs/interpolate/interpolated-point';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { runsOf } from '../../../src/jobs/surface/path/runs';
import { surface } from '../../../src/jobs/surface/surface';
import { train } from '../../../src/jobs/train/train';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const digits = corpus('data/digits.npz');
const rows = { samples: 'first:128' };
const signal = new AbortController().signal;

/** Trains on 128 rows of the digits; every epoch is kept. */
async function run(
  folder: string,
  { epochs = 4, ...more }: { readonly epochs?: number } & Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const silent = () => undefined;
  const settings = runFileSchema.parse({
    data: digits,
    model: { kind: 'mlp', hidden: [16], activation: 'tanh' },
    ...rows,
    optimizer: { name: 'sgd', learningRate: 0.1 },
    batchSize: 32,
    epochs,
    backend: 'onnxruntime',
    ...more,
  });
  await train(
    { run: settings, name: 'a run', out: folder, resume: false },
    { signal, progress: silent, partial: silent, log: silent },
    { local: true },
  );
  return Array.from({ length: epochs + 1 }, (_, i) => join(folder, `epoch-00${i}.keras`));
}

async function drawn(checkpoints: readonly string[], choices: object = {}): Promise<Surface> {
  const [last] = checkpoints.slice(-1);
  const asked = surfaceChoicesSchema.parse({ plane: 'path', refinements: 0, ...choices });
  const context = recordingContext<Surface>();
  const request = {
    checkpoints: [...checkpoints],
    settings: quickRequest(last, digits, rows),
    choices: asked,
  };
  return surfaceSchema.parse(await surface({ ...request, title: '' }, context));
}

const near = (a: number, b: number, by: number) => assert.ok(Math.abs(a - b) <= by, `${a} for ${b}`);

test('figures over a path are those of each checkpoint, and a mean of checkpoints has its own loss', async () => {
  const checkpoints = await run(join(temporaryFolder(), 'a'), { seed: 1 });
  const { pictures, findings } = await drawn(checkpoints, { along: 'curvature', averages: [3] });
  const { along, averages, between, runs } = pictures[0].path!;
  assert.deepEqual([along.length, runs.length, between.length], [5, 1, 0]);
  const alone = await analyze(
    quickRequest(checkpoints[2], digits, { ...rows, trace: true, top: 1 }),
    recordingContext(),
  );
  const { gradientNorm, spectrum } = alone;
  near(along[2].gradientNorm!.value, gradientNorm!.overRows!.value, 1e-6);
  near(along[2].gradientNorm!.standardError!, gradientNorm!.overRows!.standardError!, 1e-6);
  near(along[2].largest!.value, spectrum.largest[0].value, 1e-4 * spectrum.largest[0].value);
  const errors = [along[2].trace!.standardError!, spectrum.trace!.standardError];
  near(
    along[2].trace!.value,
    spectrum.trace!.value,
    1e-3 * spectrum.trace!.value + 4 * Math.hypot(...errors),
  );
  const problem = await openProblem(quickRequest(checkpoints[4], digits, rows), signal);
  try {
    const thetas: Float64Array[] = [];
    for (const path of checkpoints.slice(-3)) thetas.push(pointOf(await openModel(path, signal)).theta);
    const theta = thetas[0].map((value, i) => (value + thetas[1][i] + thetas[2][i]) / 3);
    const losses = await problem.objective.losses('train', { theta }, signal);
    near(averages[0].loss!, losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 1e-6);
  } finally {
    problem.objective.dispose();
  }
  assert.match(
    findings.join(' '),
    /A random walk of as many steps would show .* as a quarter of a cosine and three quarters/,
  );
  assert.match(findings.join(' '), /The mean of the last 3 checkpoints \(SWA\) has a training loss of/);
});

test('means are held against a last checkpoint with statistics of batch norm measured as theirs are', async () => {
  const model = { kind: 'mlp', hidden: [16], batchNorm: true };
  const checkpoints = await run(join(temporaryFolder(), 'a'), { seed: 1, epochs: 3, model });
  const anew = await drawn(checkpoints, { along: 'steps', averages: [2], batchNorm: 're-estimated' });
  const saved = await drawn(checkpoints, { along: 'steps', averages: [2] });
  const [{ path, marks }] = anew.pictures;
  near(path!.ends[0].loss!, marks[3].loss!, 1e-6);
  assert.deepEqual(saved.pictures[0].path!.ends, path!.ends);
  // After so few steps running statistics lag far behind.
  assert.ok(saved.pictures[0].marks[3].loss! > 1.2 * path!.ends[0].loss!);
  assert.match(
    saved.findings.join(' '),
    /the last checkpoint has .*, all with batch norm's statistics measured anew\./,
  );
});

test('two short runs from one start end in one basin, by the barrier between their ends', async () => {
  const folder = temporaryFolder();
  const first = await run(join(folder, 'a'), { seed: 1, epochs: 3 });
  const second = await run(join(folder, 'b'), { seed: 2, epochs: 3, model: first[0] });
  const { pictures, findings } = await drawn([...second, ...first], { along: 'steps' });
  const { path, axes, marks } = pictures[0];
  assert.deepEqual(path!.runs, [
    { label: 'b', count: 4 },
    { label: 'a', count: 4 },
  ]);
  assert.ok(path!.oneStart && axes[0].ofRandomWalk! > 0 && marks.length === 8);
  assert.equal(path!.along[4].fromStart, 0);
  assert.match(
    findings.join(' '),
    /The paths of b and a end in one basin: .* the training loss (rises by|does not rise)/,
  );
});

test('two runs from starts of their own end in different basins, and no random walk is told of', async () => {
  const folder = temporaryFolder();
  const longer = { epochs: 9, optimizer: { name: 'adam', learningRate: 0.03 } };
  const all = [
    ...(await run(join(folder, 'a'), { seed: 1, ...longer })),
    ...(await run(join(folder, 'b'), { seed: 2, ...longer })),
  ];
  const { pictures, findings } = await drawn(all, { along: 'steps', averages: [] });
  const [between] = pictures[0].path!.between;
  assert.ok(between.barrier.value > 5 * between.barrier.standardError!, JSON.stringify(between));
  assert.equal(pictures[0].axes[0].ofRandomWalk, undefined);
  assert.match(findings.join(' '), /The paths of a and b end in different basins: .* rises by/);
});

test('runs are the folders of their checkpoints, or those that hold folders of one checkpoint each', () => {
  const files = ['a/epoch-2.keras', 'b/epoch-1.keras', 'a/epoch-1.keras', 'b/epoch-2.keras'];
  assert.deepEqual(
    runsOf(files).map((run) => run.length),
    [2, 2],
  );
  const folders = ['a/1/model.json', 'a/2/model.json', 'b/1/model.json', 'b/2/model.json'];
  assert.equal(runsOf(folders).length, 2);
  assert.equal(runsOf(['a/1.keras', 'a/2.keras', 'b/3.keras']).length, 1);
});
