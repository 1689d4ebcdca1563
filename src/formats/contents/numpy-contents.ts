import { sizeOf } from '../../core/size-of';
import { type NamedArray, readNpy } from '../datasets/npy';
import { arrayHeaders } from '../datasets/headers';
import { hasBytes } from '../containers/head';
import { openNpz } from '../datasets/npz';
import type { FileSource } from '../containers/source';
import { openZip } from '../containers/zip';
import type { FileContents } from './tensor-place';

const ZIP = [0x50, 0x4b];
const NPY = [0x93, 0x4e, 0x55, 0x4d];

/** Arrays of a `.npz` or `.npy`; undefined for any other file. Each is unpacked as a whole, one at a time. */
export function numpyContents(source: FileSource): FileContents | undefined {
  const head = source.read(0, Math.min(source.size, 4));
  const isArchive =
    hasBytes(head, ZIP) && [...openZip(source).entries.keys()].every((name) => name.endsWith('.npy'));
  if (!isArchive && !hasBytes(head, NPY)) return undefined;
  let last: NamedArray | undefined;
  const read = (name: string): NamedArray => {
    if (last?.name !== name) last = isArchive ? openNpz(source).read(name) : readNpy(source, name);
    return last;
  };
  return {
    kind: isArchive ? 'NumPy archive' : 'NumPy array',
    tensors: arrayHeaders(source.name).map(({ name, shape, type }) => ({
      ...{ name, type, shape, count: sizeOf(shape), isFloat: type.includes('f'), outputsLast: false },
      width: Number(/\d+$/.exec(type)?.[0] ?? 0),
      read: (from, count) => read(name).data.subarray(from, from + count),
    })),
    provenance: [],
    notes: [],
    weightsAlone: true,
  };
}
