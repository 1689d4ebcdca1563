import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { LayerCurvature } from '../../../../src/contract/report';
import { placesIn } from '../../../../src/editor/lines/lines-of';
import { type NetworkFigures, structureOf } from '../../../../src/editor/lines/network-figures';
import { figuresOfPlace, labelOf } from '../../../../src/editor/lines/place-figures';
import { SeenLines } from '../../../../src/editor/lines/seen-lines';
import { CodeBeside } from '../../../../src/jobs/analyze/code-beside';
import { openModel } from '../../../../src/formats/model';
import { PythonText } from '../../../../src/python/lines/python-text';
import { corpus } from '../../../support/corpus';

const models = readFileSync(corpus('torch/code/models.py'), 'utf8');

/** The layers of the small ResNet with figures that count: the k-th tensor has λ₁ k + 1 and trace 1. */
async function resnet(): Promise<LayerCurvature[]> {
  const { model } = await openModel(corpus('torch/code/resnet8-gratings.pt2'), undefined, () => [
    [32, 32, 3],
  ]);
  const beside = new CodeBeside(corpus('torch/code/x.pt2'));
  const layers: LayerCurvature[] = [];
  for (const { name, layer, shape, data } of model.tensors.filter(({ trainable }) => trainable)) {
    const source = await beside.sourceOf({ shape, source: model.sources!.get(name)! });
    const largest = { value: layers.length + 1, residual: 0, errorBound: 0.01, converged: true };
    const trace = { value: 1, standardError: 0 };
    layers.push({ name, layer, shape: [...shape], parameters: data.length, norm: 1, largest, trace, source });
  }
  return layers;
}

const networkOf = (layers: readonly LayerCurvature[], more: Partial<NetworkFigures> = {}): NetworkFigures =>
  ({
    checkpoint: '/w/last.pt2',
    about: '/w/last.json',
    stored: { path: '/w/last.json', request: undefined },
    report: { createdAt: '2026-01-02T03:04:05.000Z' },
    layers,
    structure: structureOf(layers),
    total: layers.length,
    ...more,
  }) as NetworkFigures;

const seenAlways = () => true;
const linesOf = (text: string, networks: readonly NetworkFigures[], path = '/elsewhere/project/models.py') =>
  placesIn({ path, text: new PythonText(text), stands: seenAlways }, networks);

const labels = (text: string, networks: readonly NetworkFigures[], path?: string) =>
  linesOf(text, networks, path).map(({ line, newest }) => [line, labelOf(figuresOfPlace(newest))]);

test('a class used three times shows a range, a line that makes several layers their sum', async () => {
  const layers = await resnet();
  assert.deepEqual(labels(models, [networkOf(layers)]), [
    // Tensors 4, 10 and 19 of 29.
    [10, 'λ₁ 4 to 19 · 10 % · 3 ×'],
    [11, 'λ₁ 6 to 21 · 21 % · 3 ×'],
    [12, 'λ₁ 7 to 22 · 10 % · 3 ×'],
    [13, 'λ₁ 9 to 24 · 21 % · 3 ×'],
    [15, 'λ₁ up to 27 · 21 % · 4 layers'],
    [28, 'λ₁ 1.000 ± 0.010 · 3.4 %'],
    [29, 'λ₁ 3.000 ± 0.010 · 6.9 %'],
    [36, 'λ₁ 29.000 ± 0.010 · 6.9 %'],
  ]);
});

test('an edit above moves the figures, an edit of the line silences them', async () => {
  const network = networkOf(await resnet());
  const lines = (text: string) => linesOf(text, [network]).map(({ line }) => line);
  assert.deepEqual(lines(`import os\n\n\n${models}`), [13, 14, 15, 16, 18, 31, 32, 39]);
  const strided = models.replace(
    'nn.Conv2d(channels, widths[0], 3, 1, 1',
    'nn.Conv2d(channels, widths[0], 5, 1, 2',
  );
  assert.deepEqual(lines(strided), [10, 11, 12, 13, 15, 29, 36]);
  // Spaces and comments are no edit of what it makes.
  const spaced = models.replace('nn.Linear(width, classes)', 'nn.Linear(width,  classes)  # the last one');
  assert.deepEqual(lines(spaced), [10, 11, 12, 13, 15, 28, 29, 36]);
  assert.deepEqual(lines(models.replace('class Block(nn.Module)', 'class Part(nn.Module)')), [28, 29, 36]);
});

test('files of other names, and of other classes, show nothing', async () => {
  const network = networkOf(await resnet());
  assert.deepEqual(labels(models, [network], '/w/nets.py'), []);
  assert.deepEqual(labels(models, [network], '/w/other_models.py'), []);
  assert.deepEqual(labels('x = 1\n', [network]), []);
  assert.equal(labels(models, [network], 'C:\\w\\models.py').length, 8);
});

test('a line whose own text was not recorded counts as long as the line that calls it is there', async () => {
  const layers = (await resnet()).map((layer) => {
    const source = layer.source!;
    return { ...layer, source: { ...source, kind: 'call' as const, text: 'return self.fc(x.mean((2, 3)))' } };
  });
  assert.equal(labels(models, [networkOf(layers)]).length, 8);
  assert.deepEqual(labels(models.replace('self.fc(x.mean', 'self.fc(x.amax'), [networkOf(layers)]), []);
});

test('the newest network is shown, those before it are its history', async () => {
  const layers = await resnet();
  const places = linesOf(models, [networkOf(layers), networkOf(layers, { checkpoint: '/w/first.pt2' })]);
  assert.ok(
    places.every(
      ({ newest, earlier }) => newest.network.checkpoint === '/w/last.pt2' && earlier.length === 1,
    ),
  );
  const shorter = networkOf(layers.slice(0, 1), { checkpoint: '/w/other.pt2' });
  const [first, last] = [
    linesOf(models, [networkOf(layers), shorter])[0],
    linesOf(models, [networkOf(layers), shorter])[5],
  ];
  assert.deepEqual([first.earlier.length, last.earlier.length], [0, 1]);
});

test('a tied parameter is shown at each of its lines', () => {
  const code =
    'class Net(nn.Module):\n    def __init__(self):\n        self.tok = nn.Embedding(8, 4)\n        self.head = nn.Linear(4, 8)\n';
  const owner = (attribute: string) => [{ file: 'net.py', className: 'Net', attribute, path: '' }];
  const source = {
    ...{
      file: 'net.py',
      line: 3,
      kind: 'definition' as const,
      text: 'nn.Embedding(8, 4)',
      module: 'Embedding',
    },
    owners: owner('tok.weight'),
    ties: [owner('head.weight')],
  };
  const layer = { name: 'tok.weight', layer: 'tok', shape: [8, 4], parameters: 32, norm: 1, source };
  assert.deepEqual(
    linesOf(code, [networkOf([layer])], '/w/net.py').map(({ line }) => line),
    [3, 4],
  );
});

const KERAS = `import keras


def build():
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
`;

const dense = (layer: string, from: number, to: number): LayerCurvature[] =>
  [
    { name: `${layer}/kernel`, shape: [from, to] },
    { name: `${layer}/bias`, shape: [to] },
  ].map((each) => ({
    ...{ ...each, layer, className: 'Dense', parameters: 1, norm: 1 },
    trace: { value: 1, standardError: 0 },
  }));

const mlp = networkOf([
  ...dense('dense_3', 784, 64),
  ...dense('dense_4', 64, 32),
  ...dense('dense_5', 32, 10),
]);

test('a network of Keras is known by the same classes in the same order', () => {
  const lines = (text: string) => linesOf(text, [mlp], '/w/train.py').map(({ line }) => line);
  assert.deepEqual(lines(KERAS), [9, 10, 11]);
  assert.deepEqual(lines(`# one\n${KERAS}`), [10, 11, 12]);
  assert.deepEqual(lines(KERAS.replace('Dense(32', 'Dense(33')), [], 'another width is another network');
  assert.deepEqual(
    lines(KERAS.replace('Flatten()', 'Conv2D(8, 3)')),
    [],
    'one layer more is another network',
  );
  assert.deepEqual(lines(KERAS + KERAS), [], 'two of them could be meant');
  const functional =
    'x = keras.Input((784,))\ny = Dense(64)(x)\ny = Dense(units=32)(y)\ny = layers.Dense(\n    10,\n)(y)\n';
  assert.deepEqual(lines(functional), [2, 3, 4]);
});

test('where layers of Keras stand within one another, the numbers in their names tell them apart', () => {
  const norm = (layer: string): LayerCurvature[] =>
    dense(layer, 16, 16).map((each) => ({
      ...each,
      name: each.name.replace('kernel', 'gamma').replace('bias', 'beta'),
      shape: [16],
      className: 'LayerNormalization',
    }));
  // As a file has them: the inner one first.
  const block = networkOf([
    ...dense('dense', 8, 16),
    ...dense('dense_2', 16, 16),
    ...dense('dense_1', 16, 16),
    ...norm('layer_normalization'),
  ]);
  const code = 'y = Dense(w)(x)\ny = LayerNormalization()(\n    Dense(w)(\n        Dense(w)(y)\n    )\n)\n';
  const lines = (text: string) =>
    linesOf(text, [block], '/w/train.py').flatMap(({ line, newest }) =>
      newest.tensors.slice(0, 1).map(({ layer }) => [line, layer.layer]),
    );
  assert.deepEqual(lines(code), [
    [1, 'dense'],
    [2, 'layer_normalization'],
    [3, 'dense_1'],
    [4, 'dense_2'],
  ]);
  const straight = 'y = LayerNormalization()(x)\ny = Dense(w)(y)\ny = Dense(w)(y)\ny = Dense(w)(y)\n';
  assert.deepEqual(lines(straight), [], 'another order is another network');
});

test('a layer of Keras is known by the name that the code spells', () => {
  const lines = (text: string) => linesOf(text, [mlp], '/w/train.py').map(({ line }) => line);
  const named = 'x = Conv2D(3, 3)(x)\ny = Dense(32, name="dense_4")(x)\nz = Dense(9, name="other")(y)\n';
  assert.deepEqual(lines(named), [2]);
  assert.deepEqual(lines(named.replace('"dense_4"', "'dense_4'")), [2]);
  assert.deepEqual(lines(named.replace('Dense(32', 'Dense(31')), []);
  assert.deepEqual(lines(named + named), []);
  assert.deepEqual(lines(named.replace('Dense(32', 'Conv1D(32')), []);
});

test('a line is remembered as it was first seen', () => {
  const memory = new Map<string, unknown>();
  const seen = () =>
    new SeenLines({
      get: <T>(key: string) => memory.get(key) as T | undefined,
      update: (key, value) => Promise.resolve(void memory.set(key, value)),
    });
  const first = seen();
  assert.ok(first.stands('a', 'Dense(64)'));
  assert.ok(!first.stands('a', 'Dense(64, "relu")'));
  assert.ok(first.stands('a', 'Dense(64)'));
  first.dispose();
  const later = seen();
  assert.ok(!later.stands('a', 'Dense(65)'));
  later.dispose();
});
