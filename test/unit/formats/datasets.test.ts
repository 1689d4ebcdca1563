import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { readNpy } from '../../../src/formats/datasets/npy';
import { openFile } from '../../../src/formats/containers/source';
import { CancelledError } from '../../../src/core/errors';
import { corpus } from './corpus';

const folder = mkdtempSync(join(tmpdir(), 'landscape-data-'));
after(() => rmSync(folder, { recursive: true }));

function array(file: string) {
  const source = openFile(corpus('arrays', `${file}.npy`));
  try {
    return readNpy(source, file);
  } finally {
    source.close();
  }
}

const counting = Array.from({ length: 24 }, (_, index) => index);

describe('npy', () => {
  const types = {
    ...{ f2: Float32Array, f4: Float32Array, f8: Float64Array },
    ...{ i1: Int8Array, i2: Int16Array, i4: Int32Array, i8: Int32Array },
    ...{ u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, u8: Int32Array },
  };
  for (const [type, Type] of Object.entries(types)) {
    it(`reads ${type} in both byte orders`, () => {
      for (const file of [type, `big-${type}`]) {
        const { shape, data } = array(file);
        assert.deepEqual(shape, [2, 3, 4]);
        assert.deepEqual(Array.from(data), counting);
        assert.ok(data instanceof Type);
      }
    });
  }

  it('reads Fortran order, booleans, scalars and the later versions', () => {
    for (const file of ['fortran', 'version-2', 'version-3'])
      assert.deepEqual(Array.from(array(file).data), counting);
    assert.deepEqual(
      Array.from(array('bool').data),
      counting.map((value) => value % 2),
    );
    assert.deepEqual(array('scalar'), { name: 'scalar', shape: [], data: Float64Array.of(2.5) });
  });

  it('keeps wide integers exact and widens halves exactly', () => {
    assert.deepEqual(array('wide-integers').data, Float64Array.of(2 ** 40, -(2 ** 40)));
    assert.deepEqual(
      array('halves').data,
      Float32Array.of(0, -0, 1, -2, 65504, 1023 * 2 ** -24, 2 ** -24, Infinity),
    );
  });
});

describe('data sets', () => {
  it('reads the rows of both splits as they are stored', async () => {
    const digits = await readDataset(corpus('data/digits.npz'));
    assert.deepEqual(digits.train.inputs[0].shape.slice(1), [8, 8, 1]);
    assert.equal(digits.train.labels.shape[0], digits.train.rows);
    assert.ok(digits.test);
    assert.equal(digits.sha256, createHash('sha256').update(readFileSync(digits.path)).digest('hex'));
    const mnist = await readDataset(corpus('data/mnist.npz'));
    assert.ok(mnist.train.inputs[0].data instanceof Uint8Array);
    assert.equal(mnist.train.rows + (mnist.test?.rows ?? 0), 10000);
  });

  it('reads arrays in files of their own', async () => {
    const path = join(folder, 'x_train.npy');
    copyFileSync(corpus('arrays/f4.npy'), path);
    copyFileSync(corpus('arrays/wide-integers.npy'), join(folder, 'y_train.npy'));
    const { train, test, sha256 } = await readDataset(path);
    assert.deepEqual([train.rows, train.inputs.length, test], [2, 1, undefined]);
    assert.deepEqual(train.labels.data, Float64Array.of(2 ** 40, -(2 ** 40)));
    const both = createHash('sha256')
      .update(readFileSync(path))
      .update(readFileSync(join(folder, 'y_train.npy')));
    assert.equal(sha256, both.digest('hex'));
  });

  it('stops when asked to', async () => {
    await assert.rejects(
      readDataset(corpus('data/moons.npz'), { signal: AbortSignal.abort() }),
      CancelledError,
    );
  });
});
