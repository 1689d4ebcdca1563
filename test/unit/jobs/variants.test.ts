import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { interpolate } from '../../../src/jobs/interpolate/interpolate';
import { analyzeRequestSchema, interpolateRequestSchema } from '../../../src/contract/settings';
import { outputOf } from '../../support/forward';
import { recordingContext } from '../../support/job-context';
import { floats, npz } from '../../support/npz';
import { safetensorsOf } from '../../support/safetensors';
import { storedWeights } from '../../support/stored-weights';
import { uniform } from '../../support/weights-by-name';

// A residual network whose stem is of 3 x 3: no tensor says whether a max pool follows, but the loss on its data does.

const folder = mkdtempSync(join(tmpdir(), 'landscape-variants-'));
after(() => rmSync(folder, { recursive: true }));

const norm = (name: string, width: number) =>
  ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${name}.${part}:${width}`);
const block = (name: string, inputs: number, width: number) => [
  `${name}.conv1.weight:${width}x${inputs}x3x3`,
  ...norm(`${name}.bn1`, width),
  `${name}.conv2.weight:${width}x${width}x3x3`,
  ...norm(`${name}.bn2`, width),
  ...(inputs === width
    ? []
    : [`${name}.downsample.0.weight:${width}x${inputs}x1x1`, ...norm(`${name}.downsample.1`, width)]),
];
const NETWORK = [
  'conv1.weight:6x3x3x3',
  ...norm('bn1', 6),
  ...block('layer1.0', 6, 6),
  ...block('layer2.0', 6, 8),
  'fc.weight:4x8',
  'fc.bias:4',
].join(' ');
const SHAPE = [3, 20, 20];
const ROWS = 40;

const checkpoint = join(folder, 'resnet.safetensors');
writeFileSync(checkpoint, safetensorsOf(storedWeights(NETWORK, 4)));
const images = uniform('images', ROWS * 1200);

/** The data that a network fits exactly, which is one of the variants. */
async function fittedBy(variant: string): Promise<string> {
  const { model } = await openModel(checkpoint, undefined, [SHAPE], { variant });
  const outputs = await outputOf(model, images, ROWS);
  const path = join(folder, `${variant.replace(/\W+/g, '-')}.npz`);
  writeFileSync(
    path,
    npz({ x_train: floats([ROWS, ...SHAPE], images), y_train: floats([ROWS, 4], outputs) }),
  );
  return path;
}

const off = { layers: 'off', density: false, trace: false, slices: false, top: 1 } as const;

for (const variant of [
  'a stem for small images (stride 1, no max pool)',
  'a stem of stride 1 and a max pool',
])
  test(`the data decide for ${variant}, and the report says so`, async () => {
    const data = await fittedBy(variant);
    const report = await analyze(
      analyzeRequestSchema.parse({ checkpoint, data, ...off }),
      recordingContext(),
    );
    const notes = report.notes.join('\n');
    assert.match(notes, /^Read as torchvision's ResNet of 1, 1 blocks with 4 classes: 32 of 32 tensors/m);
    assert.ok(
      notes.includes(
        `The same tensors fit 4 networks. By the loss on 40 rows it is the one with ${variant}: `,
      ),
    );
    const told = await analyze(
      analyzeRequestSchema.parse({ checkpoint, data, variant, ...off }),
      recordingContext(),
    );
    assert.equal(told.loss?.train.loss.value, report.loss?.train.loss.value);
    assert.ok(told.notes.every((note) => !note.includes('fit 4 networks')));
  });

test('where no network does better than guessing the usual one is taken, and the report says so', async () => {
  // Any labels: those of this seed are fitted a little better with a max pool, and no better than even shares.
  const labels = uniform('labels of an untrained network', ROWS).map((value) => Math.floor(2 * (value + 1)));
  const data = join(folder, 'untrained.npz');
  writeFileSync(data, npz({ x_train: floats([ROWS, ...SHAPE], images), y_train: floats([ROWS], labels) }));
  const report = await analyze(analyzeRequestSchema.parse({ checkpoint, data, ...off }), recordingContext());
  const notes = report.notes.join('\n');
  assert.match(
    notes,
    /fit 4 networks, and the loss on 40 rows does not tell which .* none of them does better than guessing \([\d.]+ at best; guessing gives 1\.386\)\. Taken is the usual one, with a stem for small images/,
  );
  const usual = 'a stem for small images (stride 1, no max pool)';
  const told = await analyze(
    analyzeRequestSchema.parse({ checkpoint, data, variant: usual, ...off }),
    recordingContext(),
  );
  assert.equal(told.loss?.train.loss.value, report.loss?.train.loss.value);
});

test('a line to another checkpoint is of the network that was decided for', async () => {
  const data = await fittedBy('a stem of stride 1 and a max pool');
  const request = { checkpoint, other: checkpoint, data, points: 3, ...off };
  const report = await interpolate(interpolateRequestSchema.parse(request), recordingContext());
  assert.equal(report.otherLoss?.train.loss.value, report.loss?.train.loss.value);
});

test('a variant that there is not is refused with those that there are', async () => {
  await assert.rejects(
    openModel(checkpoint, undefined, [SHAPE], { variant: 'pooled' }),
    /no network called "pooled"; "variant" is one of: "a stem for small images/,
  );
});
