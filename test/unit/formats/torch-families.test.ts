import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Model } from '../../../src/network/model';
import { sizeOf } from '../../../src/core/size-of';
import { FAMILIES } from '../../../src/formats/checkpoints/torch/families/table';
import { buildNetwork } from '../../../src/formats/checkpoints/torch/recipes/network';
import { recognize } from '../../../src/formats/checkpoints/torch/recipes/recognize';
import { outputOf } from '../../support/forward';
import { uniform } from '../../support/weights-by-name';
import { storedWeights } from '../../support/stored-weights';
import { corpus } from './corpus';

// Classifiers recognized by the names and shapes of their tensors, against torchvision itself in float64
// (test/corpus/make/families.py). With LANDSCAPE_FAMILIES the references of another file.

interface Reference {
  readonly row: readonly number[];
  readonly variant?: string;
  /** Where kernels are not of He's scale: in a float32 run of those that grow from block to block digits would be lost. */
  readonly gain?: number;
  readonly parameters: number;
  readonly tensors: string;
  readonly output: readonly (readonly number[])[];
}

const file = process.env.LANDSCAPE_FAMILIES ?? corpus('torch/families/references.json');
const references = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Reference>;

function networkOf({ tensors, gain }: Reference) {
  const found = recognize(storedWeights(tensors, gain), FAMILIES);
  assert.ok(found, 'not recognized');
  assert.ok('format' in found, 'family' in found ? `${found.family}: ${found.reason}` : '');
  return found;
}

const countOf = ({ tensors }: Model): number =>
  tensors.filter(({ trainable }) => trainable).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Holds the output of a network against torchvision's; says how far it is off. */
async function assertOutput(network: ReturnType<typeof networkOf>, reference: Reference): Promise<string> {
  const { row, variant, output, parameters } = reference;
  const model = buildNetwork(network, [row], { variant });
  if (!network.recipe.trainingOnly) assert.equal(countOf(model), parameters);
  const rows = output.length;
  if (rows === 0) return 'not computed';
  const computed = await outputOf(model, uniform('input', rows * sizeOf(row)), rows);
  const expected = output.flat();
  const size = Math.hypot(...expected);
  const error = Math.hypot(...expected.map((value, i) => value - computed[i])) / size;
  const apart = Math.hypot(...output[0].map((value, i) => value - output[1][i])) / size;
  assert.ok(apart > 1e-3, 'the rows come out alike');
  assert.ok(error < 1e-4, `off by ${error}`);
  return `off by ${error.toExponential(1)}, rows apart by ${apart.toExponential(1)}`;
}

for (const [name, reference] of Object.entries(references))
  test(`${name}: the output is torchvision's`, async () => {
    const network = networkOf(reference);
    const found = await assertOutput(network, reference);
    if (process.env.LANDSCAPE_FAMILIES) console.log(`${name}: ${network.notes[0]} ${found}`);
  });

test('one tensor too many, or one of another shape, is no match, and said', () => {
  const { tensors } = references.resnet18 ?? references['resnet18-cifar'];
  const near = (text: string) => {
    const found = recognize(storedWeights(text), FAMILIES);
    assert.ok(found && 'reason' in found);
    return `${found.family}: ${found.reason}`;
  };
  assert.match(
    near(`${tensors} extra.weight:3x3`),
    /torchvision's ResNets: "extra\.weight" has no place in it/,
  );
  assert.match(
    near(tensors.replace('layer1.0.bn1.weight:64', 'layer1.0.bn1.weight:63')),
    /"layer1\.0\.bn1\.weight" is \[63\] where \[64\]/,
  );
});

test('layers by number alone are not guessed', () => {
  assert.equal(recognize(storedWeights('0.weight:4x3 0.bias:4 2.weight:2x4 2.bias:2'), FAMILIES), undefined);
});

test('prefixes of wrappers are no part of the names', () => {
  const { tensors, row } = references['cifar-resnet20'] ?? references.resnet18;
  const wrapped = tensors.split(' ').map((text) => `module._orig_mod.${text}`);
  const found = recognize(storedWeights(wrapped.join(' ')), FAMILIES);
  assert.ok(found && 'format' in found);
  assert.equal(buildNetwork(found, [row]).tensors[0].name, 'conv1.weight');
});

test('a residual network whose blocks stand in one row, under names of its own, has the same output', async () => {
  const reference = references['cifar-resnet20-b'];
  if (!reference) return;
  const own = (name: string) =>
    name
      .replace(/^layer(\d)\.(\d)/, (_, stage, i) => `blocks.${3 * (Number(stage) - 1) + Number(i)}`)
      .replace('.shortcut.', '.short.')
      .replace(/^(conv|bn)1\b/, '$1')
      .replace(/^linear\b/, 'fc');
  const weights = storedWeights(reference.tensors, reference.gain);
  // In the order of their names, as safetensors has them.
  const renamed = [...weights.tensors].map(([name, tensor]) => [own(name), tensor] as const).sort();
  const found = recognize({ ...weights, tensors: new Map(renamed) }, FAMILIES);
  assert.ok(found && 'format' in found);
  assert.match(found.notes[0], /Read as a ResNet-20 of 3, 3, 3 blocks.*107 of 107 tensors/);
  await assertOutput(found, reference);
});

test('residual blocks of two kinds, or without a way beside them, are not guessed', () => {
  const block = (path: string, more = '') =>
    ['conv1.weight:4x4x3x3', 'bn1.weight:4', 'conv2.weight:4x4x3x3', 'bn2.weight:4', more]
      .filter(Boolean)
      .map((text) => `${path}.${text}`)
      .join(' ');
  const ends = 'conv.weight:4x3x3x3 bn.weight:4 fc.weight:2x4 fc.bias:2';
  const found = (blocks: string) => recognize(storedWeights(`${ends} ${blocks}`), FAMILIES);
  assert.equal(found(block('blocks.0')), undefined);
  assert.equal(found(`${block('blocks.0', 'short.0.weight:4x4x1x1')} ${block('more.0')}`), undefined);
});
