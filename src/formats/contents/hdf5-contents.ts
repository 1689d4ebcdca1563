import { sizeOf } from '../../core/size-of';
import { type Hdf5Group, readHdf5 } from '../containers/hdf5';
import type { ByteSource } from '../containers/source';
import type { FileContents, TensorPlace } from './tensor-place';

const DEEPEST = 32;

/** Every data set of an HDF5 file by its path: whole models and weights alone. */
export async function hdf5Contents(source: ByteSource): Promise<FileContents> {
  return readHdf5(source, (root) => {
    const tensors: TensorPlace[] = [];
    collect(root, '', 0, tensors);
    const said = ['keras_version', 'backend'].flatMap((key) => {
      const value = root.text(key) ?? root.group('model_weights')?.text(key);
      return value === undefined ? [] : [[key, value] as const];
    });
    const weightsAlone = root.text('model_config') === undefined;
    return { kind: 'HDF5', tensors, provenance: said, notes: [], weightsAlone };
  });
}

function collect(group: Hdf5Group, prefix: string, depth: number, found: TensorPlace[]): void {
  if (depth > DEEPEST) return;
  for (const name of group.names()) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const inner = group.group(name);
    if (inner) collect(inner, path, depth + 1, found);
    else {
      const numbers = group.numbers(name);
      if (!numbers) continue;
      const { shape, data } = numbers;
      found.push({
        ...{ name: path, shape, count: sizeOf(shape), isFloat: true, outputsLast: true },
        type: data instanceof Float64Array ? 'float64' : 'float32',
        width: data.BYTES_PER_ELEMENT,
        read: (from, count) => data.subarray(from, from + count),
      });
    }
  }
}
