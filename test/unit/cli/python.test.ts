import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { corpus, temporaryFolder } from '../../support/corpus';
import { QUICK, landscape, refuses, start } from './terminal';

// A program in the place of Python: what we ask of it, and what we do with what it answers. Our scripts themselves run with
// PyTorch in test/unit/python/scripts.test.ts.

/** A folder with weights and their data, and a `python3` that runs these lines of JavaScript. */
function folderWith(lines: string): { folder: string; python: string; weights: string } {
  const folder = temporaryFolder();
  const python = join(folder, 'python3');
  const begin = `#!${process.execPath}
const fs = require('node:fs');
const given = Object.fromEntries(process.argv.slice(3).flatMap((word, i, all) => word.startsWith('--') ? [[word.slice(2), all[i + 1]]] : []));
fs.writeFileSync(${JSON.stringify(join(folder, 'asked.json'))}, JSON.stringify({ script: process.argv[2], given, there: ['weights', 'example'].map((name) => fs.existsSync(given[name])) }));
const answer = (value) => console.log(JSON.stringify(value));
`;
  writeFileSync(python, begin + lines);
  chmodSync(python, 0o755);
  const weights = join(folder, 'best.pt');
  copyFileSync(corpus('torch/weights/plain.pt'), weights);
  return { folder, python, weights };
}

const data = corpus('torch/weights/cnn-data.npz');

interface Asked {
  readonly script: string;
  readonly given: Readonly<Record<string, string>>;
  readonly there: readonly boolean[];
}
const askedOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'asked.json'), 'utf8')) as Asked;

describe('landscape analyze --python', { skip: process.platform === 'win32', concurrency: 2 }, () => {
  it('gives the person’s Python weights and rows, measures the network that it writes, and leaves nothing else', async () => {
    const { folder, python, weights } = folderWith(`
      console.log('what their own code prints');
      fs.copyFileSync(${JSON.stringify(corpus('torch/weights/cnn.pt2'))}, given.out);
      answer({ ok: true, out: given.out, args: {}, parameters: 1173, left: [], rows: [[3, 8, 8]], anyRows: true, torch: '2.15.0' });`);
    const { code, stdout, stderr } = await landscape(
      [
        'analyze',
        weights,
        '--data',
        data,
        '--python',
        'mynets:SmallCNN',
        '--args',
        '{"width": 8}',
        '--interpreter',
        python,
        ...QUICK,
      ],
      folder,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /largest eigenvalues? +7\.979/);
    assert.match(
      stderr,
      /Running .*python3 .*export_model\.py --model mynets:SmallCNN --args '\{"width":8\}'/,
    );
    assert.match(stderr, /Wrote best\.pt2, .* read with --model best\.pt2\./);
    const { script, given, there } = askedOf(folder);
    assert.match(script, /media.python.export_model\.py$/);
    assert.ok(existsSync(script), 'the script is where the command looks for it');
    assert.deepEqual(there, [true, true]);
    assert.equal(given['out'], join(folder, 'best.pt2'));
    assert.equal(existsSync(given['weights']), false, 'the temporary folder is left behind');
  });

  it('passes on in one sentence what went wrong there', async () => {
    const { folder, python, weights } = folderWith(
      `answer({ ok: false, error: 'mynets has no Net; its classes are: SmallCNN.' }); process.exit(1);`,
    );
    const temporary = temporaryFolder();
    const { code, stdout, stderr } = await start(
      ['analyze', weights, '--data', data, '--python', 'mynets:Net', '--interpreter', python],
      folder,
      { TMPDIR: temporary },
    ).ended;
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Running [^\n]+\nmynets has no Net; its classes are: SmallCNN\.\n$/);
    assert.deepEqual(readdirSync(temporary), []);
  });

  it('says which Python it has to be where another program answers', async () => {
    const { folder, python, weights } = folderWith('process.exit(3);');
    const { code, stderr } = await landscape(
      ['analyze', weights, '--data', data, '--python', 'mynets:Net', '--interpreter', python],
      folder,
    );
    assert.equal(code, 2);
    assert.match(
      stderr,
      /python3 ended without an answer \(exit code 3\): it has to be Python 3\.9 or newer/,
    );
  });

  it('says that there is no such Python', async () => {
    const { folder, weights } = folderWith('');
    const { code, stderr } = await landscape(
      ['analyze', weights, '--data', data, '--python', 'mynets:Net', '--interpreter', 'python3.never'],
      folder,
    );
    assert.equal(code, 2);
    assert.match(stderr, /\nThere is no python3\.never here: name .* by --interpreter\.\n$/);
  });

  it('ends the person’s Python when it is interrupted', async () => {
    const { folder, python, weights } = folderWith(
      `process.on('SIGINT', () => { fs.writeFileSync('interrupted', ''); process.exit(130); }); setInterval(() => {}, 1000);`,
    );
    const running = start(
      ['analyze', weights, '--data', data, '--python', 'mynets:Net', '--interpreter', python],
      folder,
    );
    while (!existsSync(join(folder, 'asked.json'))) await sleep(20);
    const { given } = askedOf(folder);
    await sleep(100);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 130);
    assert.ok(existsSync(join(folder, 'interrupted')));
    assert.equal(existsSync(given['weights']), false);
  });

  it('takes the rows of the person’s own loader', async () => {
    const { folder, python, weights } = folderWith(`
      fs.copyFileSync(${JSON.stringify(data)}, given.out);
      answer({ ok: true, out: given.out, rows: 64, testRows: 0, total: 1000 });`);
    const { code, stdout, stderr } = await landscape(
      [
        'analyze',
        weights,
        '--model',
        corpus('torch/weights/cnn.pt2'),
        '--data-python',
        'data.py:train_set',
        '--interpreter',
        python,
        ...QUICK,
      ],
      folder,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /largest eigenvalues? +7\.979/);
    assert.match(
      stderr,
      /Wrote train_set\.npz: 64 of 1000 rows of data\.py:train_set\. From now on --data train_set\.npz/,
    );
    assert.deepEqual(askedOf(folder).given, {
      loader: 'data.py:train_set',
      rows: '64',
      out: join(folder, 'train_set.npz'),
    });
  });

  const jobs: readonly (readonly [command: string, ...files: string[]])[] = [
    ['interpolate', 'net.pt2', 'best.pt'],
    ['compare', 'net.pt2', 'best.pt', 'last.pt'],
    ['rescale', 'best.pt'],
    ['surface', 'best.pt'],
  ];
  for (const [command, ...files] of jobs)
    it(`does the same for ${command}, once for all that lack the network`, async () => {
      const { folder, python } = folderWith(
        `answer({ ok: false, error: 'mynets has no Net.' }); process.exit(1);`,
      );
      const { code, stdout, stderr } = await landscape(
        [
          command,
          ...files,
          '--data',
          data,
          '--python',
          'mynets:Net',
          '--args',
          '[4]',
          '--interpreter',
          python,
        ],
        folder,
      );
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^Running [^\n]+\nmynets has no Net\.\n$/);
      const { given, there } = askedOf(folder);
      assert.equal(given['out'], join(folder, 'best.pt2'));
      assert.deepEqual([given['model'], given['args'], there], ['mynets:Net', '[4]', [true, true]]);
    });

  it('measures the line between weights in the network and on the rows that their Python gave', async () => {
    const { folder, python } = folderWith(`
      const isNetwork = given.model !== undefined;
      fs.copyFileSync(isNetwork ? ${JSON.stringify(corpus('torch/weights/cnn.pt2'))} : ${JSON.stringify(data)}, given.out);
      answer(isNetwork
        ? { ok: true, out: given.out, args: {}, parameters: 1173, left: [], rows: [[3, 8, 8]], anyRows: true, torch: '2' }
        : { ok: true, out: given.out, rows: 64, testRows: 0, total: null });`);
    copyFileSync(corpus('torch/weights/plain.pt'), join(folder, 'last.pt'));
    const { code, stdout, stderr } = await landscape(
      [
        ...['interpolate', 'best.pt', 'last.pt', '--python', 'nets:Net', '--data-python', 'data.py:rows'],
        ...['--interpreter', python, '--samples', 'first:64', '--points', '3', '--json', 'line.json'],
      ],
      folder,
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Wrote rows\.npz: 64 rows of data\.py:rows\.[^]*Wrote best\.pt2/);
    assert.notEqual(stdout, '');
    const { slices } = JSON.parse(readFileSync(join(folder, 'line.json'), 'utf8')) as {
      slices: { loss: { train: number[] } }[];
    };
    // Both ends are the same weights.
    const losses = slices[0].loss.train;
    assert.ok(losses.length > 1 && losses.every((loss) => loss === losses[0]), losses.join(', '));
  });

  const plain = corpus('torch/weights/plain.pt');
  const mistakes: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
    [[plain, '--data', data, '--args', '{}'], /^--args goes with --python/],
    [[plain, '--data', data, '--python', 'a:B', '--args', '{'], /--args.*Give a JSON object/],
    [[plain, '--data', data, '--python', 'a:B', '--args', '3'], /--args.*Give a JSON object/],
    [
      [plain, '--data', data, '--python', 'a:B', '--model', 'x.pt2'],
      /x\.pt2 is named as the network already/,
    ],
    [[plain, '--data', data, '--data-python', 'a:b'], /^--data and --data-python both say which data/],
    [
      [corpus('torch/weights/cnn.pt2'), '--data', data, '--python', 'a:B'],
      /cnn\.pt2 holds its network itself/,
    ],
    [[plain, '--python', 'a:B'], /^Which data was .*plain\.pt trained on\?/],
  ];
  for (const [args, sentence] of mistakes)
    it(`refuses ${args
      .slice(1)
      .filter((word) => word !== data)
      .join(' ')}`, () => refuses(['analyze', ...args], sentence));
});

describe('landscape watch --python', { skip: process.platform === 'win32' }, () => {
  const QUICK_WATCH = [
    '--data',
    data,
    '--samples',
    'first:64',
    '--no-trace',
    '--still',
    '0.2s',
    '--idle',
    '0.5s',
  ];
  const writes = `
    fs.appendFileSync(__dirname + '/times', 'x');
    fs.copyFileSync(${JSON.stringify(corpus('torch/weights/cnn.pt2'))}, given.out);
    answer({ ok: true, out: given.out, args: {}, parameters: 1173, left: [], rows: [[3, 8, 8]], anyRows: true, torch: '2.15.0' });`;

  it('waits for the first weights that are complete, and has the network written once for all that come', async () => {
    const { folder, python, weights } = folderWith(writes);
    const run = join(folder, 'run');
    mkdirSync(run);
    const bytes = readFileSync(weights);
    const args = ['watch', run, ...QUICK_WATCH, '--python', 'mynets:SmallCNN', '--interpreter', python];
    const cached = [...args, '--cache', join(folder, 'cache')];
    writeFileSync(join(run, 'epoch-1.pt'), bytes.subarray(0, bytes.length >> 1));
    const running = start([...cached, '--patience', '20s'], folder);
    await sleep(1500);
    assert.equal(existsSync(join(folder, 'asked.json')), false, 'half a file was handed over');
    appendFileSync(join(run, 'epoch-1.pt'), bytes.subarray(bytes.length >> 1));
    const first = await running.ended;
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /Waiting for the first weights in run, .*\nRunning /);
    assert.match(first.stdout, /epoch-1\.pt +[\d.]+/);
    assert.equal(askedOf(folder).given['out'], join(run, 'SmallCNN.pt2'));
    // Another watch of it runs nothing of theirs, and has the figures from before.
    copyFileSync(corpus('torch/weights/fp16.pt'), join(run, 'epoch-2.pt'));
    const again = await landscape(cached, folder);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /^run\/SmallCNN\.pt2 is there already, and is the network: delete it/);
    assert.match(again.stdout, /epoch-1\.pt +[\d.]+[^]*epoch-2\.pt +[\d.]+/);
    assert.equal(readFileSync(join(folder, 'times'), 'utf8'), 'x');
  });

  it('says so where no weights come, and leaves nothing', async () => {
    const { folder, python } = folderWith(writes);
    const run = join(folder, 'run');
    mkdirSync(run);
    const temporary = temporaryFolder();
    const { code, stderr } = await start(
      ['watch', run, ...QUICK_WATCH, '--no-cache', '--python', 'mynets:SmallCNN', '--interpreter', python],
      folder,
      { TMPDIR: temporary },
    ).ended;
    assert.equal(code, 2);
    assert.match(
      stderr,
      /\nNo weights of PyTorch have come to [^\n]*run from which the network could be written\.\n$/,
    );
    assert.deepEqual([readdirSync(temporary), readdirSync(run)], [[], []]);
  });
});
