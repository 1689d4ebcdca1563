import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import type { KerasCheckpoint } from '../../../src/formats/checkpoints/keras/description';
import { readStructure } from '../../../src/formats/checkpoints/keras/structure';
import { hdf5Branch, hdf5Bytes } from '../../../src/formats/checkpoints/write/hdf5';
import { kerasBytes } from '../../../src/formats/checkpoints/write/keras';
import { lookup3 } from '../../../src/formats/checkpoints/write/lookup3';
import { pythonJson } from '../../../src/formats/checkpoints/write/python-json';
import { safetensorsBytes } from '../../../src/formats/checkpoints/write/safetensors';
import { zipBytes } from '../../../src/formats/checkpoints/write/zip';
import { readHdf5 } from '../../../src/formats/containers/hdf5';
import { openModel } from '../../../src/formats/model';
import { memorySource } from '../../../src/formats/containers/source';
import { UserError } from '../../../src/core/errors';
import { corpus } from './corpus';

describe('HDF5 files that are written', () => {
  it('bear the checksum of Jenkins (the values of his lookup3.c)', () => {
    assert.equal(lookup3(new Uint8Array(0)), 0xdeadbeef);
    assert.equal(lookup3(new TextEncoder().encode('Four score and seven years ago')), 0x17770551);
  });

  it('are read by the HDF5 library: many groups, long texts, scalars, empty arrays, both precisions', async () => {
    const root = hdf5Branch();
    for (let i = 0; i < 200; i++) {
      const group = hdf5Branch();
      root.groups.set(`layer_${i}`, group);
      group.texts.set('name', `Schicht ä ${i}`.repeat(i === 7 ? 40 : 1));
      group.datasets.set('0', { shape: [2, 3], data: Float32Array.from([i, 1, 2, 3, 4, 0.1]) });
      group.datasets.set('1', { shape: [], data: Float64Array.of(i / 3) });
      group.datasets.set('2', { shape: [0, 2], data: new Float32Array(0) });
    }
    await readHdf5(memorySource('made', hdf5Bytes(root)), (read) => {
      assert.equal(read.names().length, 200);
      for (const i of [0, 7, 199]) {
        const group = read.group(`layer_${i}`)!;
        assert.equal(group.text('name'), `Schicht ä ${i}`.repeat(i === 7 ? 40 : 1));
        assert.deepEqual(group.numbers('0'), {
          shape: [2, 3],
          data: Float32Array.from([i, 1, 2, 3, 4, 0.1]),
        });
        assert.deepEqual(group.numbers('1'), { shape: [], data: Float64Array.of(i / 3) });
        assert.deepEqual(group.numbers('2'), { shape: [0, 2], data: new Float32Array(0) });
      }
    });
  });
});

describe('zip archives that are written', () => {
  it('are unpacked by another program to what was put in', () => {
    const members = { 'a.json': new TextEncoder().encode('{}'), 'ü.bin': Uint8Array.from([1, 2, 3]) };
    const bytes = zipBytes(Object.entries(members).map(([name, content]) => ({ name, bytes: content })));
    assert.deepEqual(unzipSync(bytes), members);
  });
});

describe('safetensors files', () => {
  it('hold the length of the header, the header, and the data without gaps', async () => {
    const { model } = await openModel(corpus('keras/cnn-digits.keras'));
    const changed = model.tensors[0];
    const bytes = safetensorsBytes(
      model,
      new Map([[changed.name, new Float64Array(changed.data.length).fill(0.5)]]),
    );
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const length = Number(view.getBigUint64(0, true));
    assert.equal(length % 8, 0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >;
    assert.deepEqual(header.__metadata__, { format: 'pt' });
    let end = 0;
    for (const { name, shape, data } of model.tensors) {
      const { dtype, shape: stored, data_offsets: offsets } = header[name];
      assert.deepEqual(
        { dtype, stored, start: offsets[0] },
        { dtype: 'F32', stored: [...shape], start: end },
      );
      end = offsets[1];
      const values = new Float32Array(bytes.slice(8 + length + offsets[0], 8 + length + end).buffer);
      assert.deepEqual(values, name === changed.name ? values.map(() => 0.5) : Float32Array.from(data));
    }
    assert.equal(bytes.length, 8 + length + end);
  });
});

describe('configurations that are written', () => {
  it('keep the point in what Keras takes as a real number only', () => {
    assert.equal(
      pythonJson({
        momentum: 0,
        learning_rate: 1,
        epsilon: 1e-7,
        units: 3,
        dilation_rate: 1,
        name: 'momentum',
      }),
      '{"momentum":0.0,"learning_rate":1.0,"epsilon":1e-7,"units":3,"dilation_rate":1,"name":"momentum"}',
    );
  });

  const older = (className: string, config: object): KerasCheckpoint => {
    const stored = {
      class_name: 'Sequential',
      config: {
        name: 'older',
        layers: [
          { class_name: className, config: { name: 'first', batch_input_shape: [null, 4], ...config } },
        ],
      },
    };
    const model = readStructure(stored, 'it');
    return {
      format: 'tfjs',
      kerasVersion: 'tfjs-layers 4.22.0',
      model,
      config: stored,
      compiledLoss: 'mse',
      notes: [],
    };
  };
  const refused: [string, object, RegExp][] = [
    [
      'Activation',
      { activation: 'hard_sigmoid' },
      /another hard sigmoid than layer first, .* save it as \.safetensors\.$/,
    ],
    [
      'Embedding',
      { input_dim: 3, output_dim: 2, mask_zero: true },
      /passes the mask of layer first on by other rules/,
    ],
    [
      'ThresholdedReLU',
      { theta: 1 },
      /Keras 3 cannot take layer first \(ThresholdedReLU\) from an older file/,
    ],
  ];
  for (const [className, config, message] of refused)
    it(`refuse what Keras 3 computes otherwise: ${className}`, async () => {
      await assert.rejects(kerasBytes(older(className, config), new Map()), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        return true;
      });
    });
});
