import { sizeOf } from '../../core/size-of';
import { type Hdf5Group, readHdf5 } from '../containers/hdf5';
import type { ByteSource } from '../containers/source';
import { type FileContents, LARGE, type TensorPlace } from './tensor-place';

const DEEPEST = 32;

/**
 * Every data set of an HDF5 file by its path: whole models and weights alone. The library is open for one reading, so that of
 * a large file only what its tensors are is told, unless all is asked for.
 */
export async function hdf5Contents(source: ByteSource, all: boolean): Promise<FileContents> {
  const place = all || source.size <= LARGE ? placeOf : unreadPlaceOf;
  return readHdf5(source, (root) => {
    const tensors: TensorPlace[] = [];
    collect(root, { prefix: '', depth: 0, place }, tensors);
    const said = ['keras_version', 'backend'].flatMap((key) => {
      const value = root.text(key) ?? root.group('model_weights')?.text(key);
      return value === undefined ? [] : [[key, value] as const];
    });
    const weightsAlone = root.text('model_config') === undefined;
    return { kind: 'HDF5', tensors, provenance: said, notes: [], weightsAlone };
  });
}

/** A data set as a tensor; undefined for what is no array. */
type PlaceOf = (group: Hdf5Group, name: string, path: string) => TensorPlace | undefined;

interface Walk {
  readonly prefix: string;
  readonly depth: number;
  readonly place: PlaceOf;
}

function collect(group: Hdf5Group, { prefix, depth, place }: Walk, found: TensorPlace[]): void {
  if (depth > DEEPEST) return;
  for (const name of group.names()) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const inner = group.group(name);
    const tensor = inner ? undefined : place(group, name, path);
    if (inner) collect(inner, { prefix: path, depth: depth + 1, place }, found);
    else if (tensor) found.push(tensor);
  }
}

/** What a data set is, its numbers unread. */
function unreadPlaceOf(group: Hdf5Group, name: string, path: string): TensorPlace | undefined {
  const described = group.described(name);
  if (!described) return undefined;
  const { shape, type, width } = described;
  return {
    ...{ name: path, shape, count: sizeOf(shape), type, width, outputsLast: true },
    isFloat: type.includes('float'),
    unread: 'is in a large HDF5 file: read with --all only',
    read: () => [],
  };
}

function placeOf(group: Hdf5Group, name: string, path: string): TensorPlace | undefined {
  const place = unreadPlaceOf(group, name, path);
  if (!place) return undefined;
  const numbers = group.numbers(name);
  const { unread: _, ...rest } = place;
  return numbers && { ...rest, read: (from, count) => numbers.data.subarray(from, from + count) };
}
