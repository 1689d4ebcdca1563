import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFile } from '../../../src/formats/containers/source';
import { readOnnx } from '../../../src/formats/checkpoints/onnx/read';
import { onnx } from '../../../src/onnx/generated/onnx';
import { node, onnxFile } from '../../support/onnx-file';
import { folder, saved } from './onnx-opened';

// Weights of networks beyond 2 GiB lie in a file beside the graph, which is never read as a whole. Its zeros take no place on
// the disk.

const BEYOND = 5 * 2 ** 30;
const VALUES = Float32Array.from({ length: 8 }, (_, i) => i + 0.5);

test('weights behind the first gigabytes of a data file are read from where they lie', () => {
  const data = openSync(join(folder, 'large.data'), 'w');
  writeSync(data, new Uint8Array(VALUES.buffer), 0, 32, BEYOND);
  ftruncateSync(data, BEYOND + 2 ** 20);
  closeSync(data);
  const path = saved(
    onnxFile({
      nodes: [node('Gemm', ['x', 'w'])],
      initializers: [
        {
          name: 'w',
          dims: [4, 2],
          dataType: onnx.TensorProto.DataType.FLOAT,
          dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
          externalData: Object.entries({ location: 'large.data', offset: String(BEYOND), length: '32' }).map(
            ([key, value]) => ({ key, value }),
          ),
        },
      ],
    }),
  );
  const opened = [openFile(path)];
  try {
    const { initializers } = readOnnx(opened[0], opened);
    assert.deepEqual(initializers.get('w')?.data, VALUES);
  } finally {
    for (const source of opened) source.close();
  }
});
