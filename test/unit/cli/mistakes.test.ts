import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { corpus, temporaryFolder } from '../../support/corpus';
import { floats, integers, npz } from '../../support/npz';
import { refuses } from './terminal';

const network = corpus('keras/mlp-digits.keras');
const digits = corpus('data/digits.npz');
const broken = (name: string) => corpus('broken', name);

/** The small network with a layer put before its last one. */
function withLayer(layer: object): string {
  const members = unzipSync(new Uint8Array(readFileSync(corpus('keras/mlp-tanh-moons.keras'))));
  const config = JSON.parse(new TextDecoder().decode(members['config.json'])) as {
    config: { layers: object[] };
  };
  config.config.layers.splice(-1, 0, layer);
  members['config.json'] = new TextEncoder().encode(JSON.stringify(config));
  const file = join(temporaryFolder(), 'edited.keras');
  writeFileSync(file, zipSync(members, { level: 0 }));
  return file;
}

/** A data file of eight rows for the digits network, with some arrays exchanged. */
function dataWith(change: Record<string, Uint8Array>): string {
  const x = floats([8, 8, 8], new Float32Array(512));
  const y = integers([8], [0, 1, 2, 3, 4, 5, 6, 7]);
  const file = join(temporaryFolder(), 'data.npz');
  writeFileSync(file, npz({ x_train: x, y_train: y, ...change }));
  return file;
}

/** A folder that holds the digits network and these settings. */
function withSettings(text: string): string {
  const folder = temporaryFolder();
  copyFileSync(network, join(folder, 'model.keras'));
  writeFileSync(join(folder, 'landscape.json'), text);
  return join(folder, 'model.keras');
}

describe('checkpoints', { concurrency: 3 }, () => {
  const cases: readonly (readonly [what: string, file: () => string, sentence: RegExp])[] = [
    ['truncated', () => broken('truncated.keras'), /truncated\.keras is cut off or damaged/],
    ['truncated HDF5', () => broken('truncated.h5'), /truncated\.h5 is damaged/],
    ['empty', () => broken('empty.keras'), /empty\.keras is empty/],
    ['byte-flipped', () => broken('flipped.keras'), /flipped\.keras \(model\.weights\.h5\) is damaged/],
    ['data under its name', () => broken('numpy.keras'), /numpy\.keras is not a Keras model: it is a NumPy/],
    ['PyTorch under its name', () => broken('pytorch.keras'), /pytorch\.keras .* is damaged: its pickle/],
    ['missing', () => '/nowhere/gone.keras', /^There is no file \/nowhere\/gone\.keras\.\n/],
    ['a folder', () => corpus('keras'), /keras is a folder/],
    [
      'weights only',
      () => corpus('keras/mlp-digits.weights.h5'),
      /mlp-digits\.weights\.h5 holds weights only/,
    ],
    ['a shard missing', () => broken('no-shard/model.json'), /no file .*no-shard\/weights\.bin/],
    [
      'an unknown layer',
      () =>
        withLayer({
          module: 'mine',
          class_name: 'Wavelet',
          config: { name: 'wave' },
          registered_name: 'mine>Wavelet',
        }),
      /edited\.keras.*Wavelet.*Python code only/,
    ],
    [
      'a Lambda layer',
      () =>
        withLayer({
          module: 'keras.layers',
          class_name: 'Lambda',
          config: { name: 'twice', function: { class_name: '__lambda__', config: { code: '4wE=' } } },
        }),
      /edited\.keras.*Lambda/,
    ],
  ];
  for (const [what, file, sentence] of cases)
    it(what, () => refuses(['analyze', file(), '--data', digits], sentence));

  it('not readable', { skip: process.getuid?.() === 0 && 'root reads everything' }, async () => {
    const file = join(temporaryFolder(), 'secret.keras');
    copyFileSync(network, file);
    chmodSync(file, 0o000);
    await refuses(['analyze', file, '--data', digits], /secret\.keras.*(permission|read)/);
  });

  it('the second of a line', () =>
    refuses(
      ['interpolate', network, broken('truncated.keras'), '--data', digits],
      /truncated\.keras is cut off/,
    ));

  it('two architectures', () =>
    refuses(
      ['interpolate', network, corpus('keras/cnn-digits.keras'), '--data', digits],
      /mlp-digits\.keras and .*cnn-digits\.keras have different architectures/,
    ));
});

describe('data', { concurrency: 3 }, () => {
  const cases: readonly (readonly [what: string, file: () => string, sentence: RegExp])[] = [
    ['missing', () => '/nowhere/gone.npz', /There is no file \/nowhere\/gone\.npz/],
    ['NaN', () => broken('nan.npz'), /nan\.npz: x_train holds NaN in row 1/],
    ['infinite', () => broken('infinite.npz'), /infinite\.npz: x_test holds an infinite value in row 0/],
    ['none of the names', () => broken('names.npz'), /names\.npz has none of the expected arrays x_train/],
    ['row counts', () => broken('rows.npz'), /x_train has 3 rows and y_train has 2/],
    ['truncated', () => broken('truncated.npz'), /truncated\.npz is cut off/],
    [
      'of another network',
      () => corpus('data/moons.npz'),
      /x_train in .*moons\.npz has 2 numbers a row, but the model takes 8 x 8/,
    ],
    [
      'a label too large',
      () => dataWith({ y_train: integers([8], [0, 1, 2, 3, 4, 5, 6, 10]) }),
      /Row 7 of the training labels in .*data\.npz is 10, but the model has 10 classes/,
    ],
    [
      'a label below zero',
      () => dataWith({ y_train: integers([8], [0, 1, -1, 3, 4, 5, 6, 7]) }),
      /Row 2 of the training labels in .*data\.npz is -1/,
    ],
    [
      'a label between',
      () => dataWith({ y_train: floats([8], [0, 1, 2.5, 3, 4, 5, 6, 7]) }),
      /Row 2 of the training labels in .*data\.npz is 2\.5/,
    ],
    [
      'labels of the wrong width',
      () => dataWith({ y_train: floats([8, 3], new Float32Array(24)) }),
      /data\.npz have 3 numbers a row, but the output .* has 10/,
    ],
    [
      'a test part of other shape',
      () => dataWith({ x_test: floats([2, 5], new Float32Array(10)), y_test: integers([2], [0, 1]) }),
      /x_test in .*data\.npz has rows of 5, but x_train has rows of 8 x 8/,
    ],
  ];
  for (const [what, file, sentence] of cases)
    it(what, () => refuses(['analyze', network, '--data', file()], sentence));
  it('not named at all', () =>
    refuses(['analyze', network], /Which data was .*mlp-digits\.keras trained on\?.*--data/));
});

describe('options', { concurrency: 3 }, () => {
  const cases: readonly (readonly [options: string, sentence: RegExp])[] = [
    ['--loss dice', /--loss <name>' argument 'dice' is invalid.*categorical-crossentropy/],
    [
      '--loss binary-crossentropy',
      /digits\.npz have one number a row, but the output that binary-crossentropy compares them with has 10/,
    ],
    ['--backend gpu', /--backend <name>' argument 'gpu' is invalid.*onnxruntime/],
    ['--layers some', /--layers <what>' argument 'some' is invalid.*off, trace, full/],
    ['--sharpness', /unknown option '--sharpness'/],
    ['--sample 3', /unknown option '--sample' \(Did you mean --samples\?\)/],
    ['--top 0', /--top <k>' argument '0' is invalid/],
    ['--top 2.5', /--top <k>' argument '2\.5' is invalid/],
    ['--top 1000', /"top"/],
    ['--bottom -1', /--bottom <k>' argument '-1' is invalid/],
    ['--samples -3', /--samples <rows>' argument '-3' is invalid/],
    ['--samples 0', /--samples <rows>' argument '0' is invalid/],
    ['--samples first', /--samples <rows>' argument 'first' is invalid/],
    ['--samples first:99999', /samples asks for 99,999 rows, but the data have 1,437/],
    ['--seed abc', /--seed <s>' argument 'abc' is invalid/],
    ['--config /nowhere/landscape.json', /There is no file \/nowhere\/landscape\.json/],
    ['--data', /--data <path>' argument missing/],
  ];
  for (const [options, sentence] of cases)
    it(options, () => refuses(['analyze', network, '--data', digits, ...options.split(' ')], sentence));

  const ofLines: typeof cases = [
    ['--points 1', /--points <n>' argument '1' is invalid/],
    ['--points 100000', /"points"/],
    ['--from abc', /--from <t>' argument 'abc' is invalid/],
    ['--to Infinity', /--to <t>' argument 'Infinity' is invalid/],
    ['--from 1 --to 1', /from 1 to 1: --from must be smaller than --to/],
  ];
  for (const [options, sentence] of ofLines)
    it(options, () =>
      refuses(['interpolate', network, network, '--data', digits, ...options.split(' ')], sentence),
    );

  it('no checkpoint', () => refuses(['analyze'], /missing required argument 'checkpoint'/));
  it('one checkpoint too many', () =>
    refuses(['analyze', network, network, '--data', digits], /too many arguments/));
  it('an unknown command', () =>
    refuses(['analyse', network], /unknown command 'analyse' \(Did you mean analyze\?\)|unknown option/));
});

describe('landscape.json', { concurrency: 3 }, () => {
  const cases: readonly (readonly [text: string, sentence: RegExp])[] = [
    ['{ "top": 5', /landscape\.json is not valid JSON: line 1/],
    ['{ "tops": 5 }', /landscape\.json is not right: "tops" is no setting \(known: data/],
    ['{ "top": "five" }', /landscape\.json is not right: "top"/],
    ['{ "loss": "dice" }', /landscape\.json is not right: "loss"/],
    [
      '{ "input": { "std": 0 } }',
      /landscape\.json is not right: "input\.std": the inputs are divided by it, so none may be 0/,
    ],
    ['{ "input": { "mean": [1, 2, 3] } }', /3 means or deviations/],
    ['{ "data": "gone.npz" }', /There is no file .*gone\.npz/],
  ];
  for (const [text, sentence] of cases)
    it(text, () => {
      const options = text.includes('"data"') ? [] : ['--data', digits];
      return refuses(['analyze', withSettings(text), ...options], sentence);
    });
});

describe('where reports go', { concurrency: 3 }, () => {
  const analyze = ['analyze', network, '--data', digits];
  it('a folder', () => refuses([...analyze, '--json', corpus('keras')], /keras is a folder/));
  it('into a file', () =>
    refuses(
      [...analyze, '--json', join(network, 'r.json')],
      /r\.json cannot be written: .*mlp-digits\.keras is a file/,
    ));
  it('over the data', () => refuses([...analyze, '--json', digits], /digits\.npz is what is to be read/));
  it('both into one', () => {
    const file = join(temporaryFolder(), 'x');
    return refuses([...analyze, '--json', file, '--html', file], /--json and --html both name .*x/);
  });
  it('a read-only folder', { skip: process.getuid?.() === 0 && 'root writes everywhere' }, () => {
    const folder = join(temporaryFolder(), 'locked');
    mkdirSync(folder, { mode: 0o555 });
    return refuses([...analyze, '--json', join(folder, 'r.json')], /r\.json cannot be written.*read-only/);
  });
});
