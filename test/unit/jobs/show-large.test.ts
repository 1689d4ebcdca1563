import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import type { ShownFile } from '../../../src/contract/contents';
import { onnx } from '../../../src/onnx/generated/onnx';
import { LARGE } from '../../../src/formats/contents/tensor-place';
import { MOST_NUMBERS } from '../../../src/jobs/show/blocks';
import { show } from '../../../src/jobs/show/show';
import { corpus, temporaryFolder } from '../../support/corpus';
import { bytes, floats, npz } from '../../support/npz';
import { node, onnxFile, valueInfo } from '../../support/onnx-file';
import { type SparseMember, writeSparseZip } from '../../support/sparse-zip';

// Files of 2.5 GB whose zeros take no place on the disk; the checksums of their members are wrong, which only reading all of
// them tells.

const SIDE = 8000;
const COUNT = 10;
const BYTES = SIDE * SIDE * 4;

const context = { signal: new AbortController().signal };

const shown = async (path: string): Promise<ShownFile> => (await show({ files: [path] }, context)).files[0];

const zip = (name: string, members: readonly SparseMember[]): string => {
  const path = join(temporaryFolder(), name);
  writeSparseZip(path, members);
  return path;
};

const numbered = <Made>(make: (i: number) => Made): Made[] =>
  Array.from({ length: COUNT }, (_, i) => make(i));

/** The header of an array is that of one number, with another shape. */
function arrays(): string {
  const header = Buffer.from(floats([1, 1], [0]))
    .subarray(0, 128)
    .toString('latin1')
    .replace('(1, 1), }      ', `(${SIDE}, ${SIDE}), }`);
  return zip(
    'large.npz',
    numbered((i) => ({ name: `w${i}.npy`, bytes: Buffer.from(header, 'latin1'), zeros: BYTES })),
  );
}

function torchZip(): string {
  const tensor = (i: number) =>
    `S'w${i}'\nctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\nS'${i}'\nS'cpu'\nI${SIDE * SIDE}\ntQI0\n` +
    `(I${SIDE}\nI${SIDE}\nt(I${SIDE}\nI1\ntI00\nccollections\nOrderedDict\n)RtRs`;
  return zip('large.pt', [
    { name: 'large/data.pkl', bytes: `(d${numbered(tensor).join('')}.` },
    ...numbered((i) => ({ name: `large/data/${i}`, zeros: BYTES })),
  ]);
}

function safetensors(): string {
  const path = join(temporaryFolder(), 'large.safetensors');
  const tensors = numbered((i) => [
    `w${i}`,
    { dtype: 'F32', shape: [SIDE, SIDE], data_offsets: [i * BYTES, (i + 1) * BYTES] },
  ]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(tensors)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, Buffer.concat([length, header]));
  truncateSync(path, 8 + header.length + COUNT * BYTES);
  return path;
}

/** A small program whose weights are said to be large. */
function program(): string {
  const members = Object.entries(unzipSync(new Uint8Array(readFileSync(corpus('torch/export/mlp.pt2')))));
  const large = members.map(([name, bytes]): SparseMember => {
    if (/\/weights\/weight_/.test(name)) return { name, zeros: BYTES };
    if (!name.endsWith('model_weights_config.json')) return { name, bytes };
    const list = JSON.parse(Buffer.from(bytes).toString()) as {
      config: Record<string, { tensor_meta: { sizes: object[]; strides: object[] } }>;
    };
    for (const { tensor_meta: meta } of Object.values(list.config)) {
      meta.sizes = [{ as_int: SIDE }, { as_int: SIDE }];
      meta.strides = [{ as_int: SIDE }, { as_int: 1 }];
    }
    return { name, bytes: JSON.stringify(list) };
  });
  return zip('large.pt2', large);
}

function withExternalData(): string {
  const path = join(temporaryFolder(), 'large.onnx');
  const model = onnxFile({
    nodes: [node('MatMul', ['x', 'w0'])],
    inputs: [valueInfo('x', ['rows', SIDE])],
    initializers: numbered((i) => ({
      name: `w${i}`,
      dims: [SIDE, SIDE],
      dataType: onnx.TensorProto.DataType.FLOAT,
      dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
      externalData: Object.entries({ location: 'large.data', offset: String(i * BYTES) }).map(
        ([key, value]) => ({
          key,
          value,
        }),
      ),
    })),
  });
  writeFileSync(path, model);
  writeFileSync(join(path, '../large.data'), '');
  truncateSync(join(path, '../large.data'), COUNT * BYTES);
  return path;
}

it('what is compressed is unpacked only where all of it is asked for', async () => {
  const path = join(temporaryFolder(), 'packed.npz');
  writeFileSync(
    path,
    npz({ w: bytes([MOST_NUMBERS + 1], new Uint8Array(MOST_NUMBERS + 1)), b: floats([2], [3, 4]) }),
  );
  const [w, b] = (await shown(path)).tensors;
  assert.deepEqual(
    [w.unread, w.facts, b.facts?.norm.value],
    ['is compressed: read with --all only', undefined, 5],
  );
  const [all] = (await show({ files: [path], all: true }, context)).files[0].tensors;
  assert.deepEqual([all.facts?.seen, all.facts?.zeros], [MOST_NUMBERS + 1, 1]);
});

it('of a large HDF5 file tensors are told without their numbers, also within a .keras', async () => {
  const source = readFileSync(corpus('keras/mlp-digits.weights.h5'));
  const small = await shown(corpus('keras/mlp-digits.weights.h5'));
  const told = ({ tensors }: ShownFile) => tensors.map(({ name, shape, type }) => ({ name, shape, type }));
  // Zeros behind its end, of which the file's own head says nothing.
  const path = join(temporaryFolder(), 'large.weights.h5');
  writeFileSync(path, source);
  truncateSync(path, LARGE + 1);
  const archive = zip('large.keras', [
    { name: 'config.json', bytes: '{}' },
    { name: 'model.weights.h5', bytes: source, zeros: LARGE },
  ]);
  for (const [file, kind] of [
    [path, 'HDF5'],
    [archive, 'Keras'],
  ] as const) {
    const large = await shown(file);
    assert.equal(large.kind, kind);
    assert.deepEqual(told(large), told(small));
    assert.ok(large.tensors.every(({ unread, facts }) => /--all/.test(unread ?? '') && !facts));
  }
});

describe('files of gigabytes', () => {
  for (const [kind, make, tensors] of [
    ['NumPy archive', arrays, COUNT],
    ['PyTorch weights', torchZip, COUNT],
    ['safetensors', safetensors, COUNT],
    ['PyTorch export', program, 6],
    ['ONNX', withExternalData, COUNT],
  ] as const)
    it(`${kind}: a bounded part is read of each tensor, and said`, async () => {
      const file = await shown(make());
      assert.deepEqual([file.kind, file.tensors.length], [kind, tensors]);
      assert.equal(file.parameters, tensors * SIDE * SIDE);
      const seen = file.tensors.map(({ facts }) => facts?.seen ?? 0);
      assert.ok(Math.min(...seen) > 1e5, String(seen));
      assert.ok(seen.reduce((a, b) => a + b) < MOST_NUMBERS, String(seen));
      assert.match(file.notes.join('\n'), /Of its numbers \d+(\.\d+)? % were read/);
    });
});
