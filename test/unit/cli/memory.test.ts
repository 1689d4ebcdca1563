import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { corpus, temporaryFolder } from '../../support/corpus';
import { floats, integers, node, onnxFile, valueInfo } from '../../support/onnx-file';
import * as arrays from '../../support/npz';
import { QUICK, shell } from './terminal';

const folder = temporaryFolder();

/** A few hundred bytes that ask for a row of a thousand million numbers. */
function paddedNetwork(): string {
  const file = join(folder, 'padded.onnx');
  const nodes = [
    node('Gemm', ['x', 'w'], 'a'),
    node('Pad', ['a', 'amounts'], 'b'),
    node('Slice', ['b', 'from', 'to', 'along'], 'y'),
  ];
  const initializers = [
    floats('w', [8, 3]),
    integers('amounts', [0, 0, 0, 1e9]),
    ...[integers('from', [0]), integers('to', [3]), integers('along', [1])],
  ];
  writeFileSync(file, onnxFile({ nodes, inputs: [valueInfo('x', ['rows', 8])], initializers }));
  return file;
}

function someRows(): string {
  const file = join(folder, 'rows.npz');
  const x = arrays.floats(
    [64, 8],
    Array.from({ length: 512 }, (_, i) => Math.sin(i)),
  );
  writeFileSync(
    file,
    arrays.npz({
      x_train: x,
      y_train: arrays.integers(
        [64],
        Array.from({ length: 64 }, (_, i) => i % 3),
      ),
    }),
  );
  return file;
}

const quick = QUICK.join(' ');

/** The limit of a process's addresses, in gigabytes: Linux holds to it, others have none or do not. */
const limited = (gigabytes: number, args: string) =>
  shell(`ulimit -v ${gigabytes * 1e6} && landscape analyze ${args} ${quick}`);

describe('with little memory', { skip: process.platform !== 'linux' }, () => {
  it('a network is measured where it fits, WebAssembly and its reserves included', async () => {
    const { code, stderr } = await limited(
      2,
      `${corpus('keras/mlp-tanh-moons.keras')} --data ${corpus('data/moons.npz')}`,
    );
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  it('one that asks for more than there is is refused before it takes it', async () => {
    const { code, stdout, stderr } = await limited(6, `${paddedNetwork()} --data ${someRows()}`);
    assert.match(stderr, /^[^\n]* needs about \d+\.?\d* GB of memory, and \d\.\d GB are free: [^\n]+\n$/);
    assert.equal(code, 2);
    assert.equal(stdout, '');
  });
});
