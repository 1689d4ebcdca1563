import { UserError } from '../../core/errors';
import { sizeOf } from '../../core/size-of';
import { hasBytes } from '../containers/head';
import type { ByteSource, FileSource } from '../containers/source';
import { STORED, openZip } from '../containers/zip';
import { beginningOf } from '../datasets/headers';
import { type Header, type NamedArray, elementsOf, layoutOf, readHeader, readNpy } from '../datasets/npy';
import { type FileContents, LARGE, type TensorPlace } from './tensor-place';

const ZIP = [0x50, 0x4b];
const NPY = [0x93, 0x4e, 0x55, 0x4d];

/** Arrays of a `.npz` or `.npy`, in place where they are not compressed; undefined for any other file. */
export function numpyContents(source: FileSource): FileContents | undefined {
  const head = source.read(0, Math.min(source.size, 4));
  const base = { provenance: [], notes: [], weightsAlone: true };
  const whole = new LastArray();
  if (hasBytes(head, NPY)) {
    const array = { name: '', header: readHeader(source), isCompressed: false, open: () => source };
    return { ...base, kind: 'NumPy array', tensors: [placeOf(array, whole)] };
  }
  if (!hasBytes(head, ZIP)) return undefined;
  const archive = openZip(source);
  const entries = [...archive.entries.values()];
  if (!entries.every(({ name }) => name.endsWith('.npy'))) return undefined;
  const arrays = entries.map((entry): LyingArray => {
    const isCompressed = entry.method !== STORED;
    return {
      name: entry.name.slice(0, -'.npy'.length),
      header: readHeader(beginningOf(source, entry)),
      isCompressed,
      // A checksum takes reading all of it; what is compressed is read as a whole anyway.
      open: () => archive.open(entry.name, undefined, source.size > LARGE && !isCompressed),
    };
  });
  return { ...base, kind: 'NumPy archive', tensors: arrays.map((array) => placeOf(array, whole)) };
}

/** An array as it lies in a file. */
interface LyingArray {
  readonly name: string;
  readonly header: Header;
  readonly isCompressed: boolean;
  open(): ByteSource;
}

/** Arrays that are read as a whole, of which one is held at a time. */
class LastArray {
  private last: NamedArray | undefined;

  of({ name, open }: LyingArray): NamedArray['data'] {
    if (this.last?.name !== name) this.last = readNpy(open(), name);
    return this.last.data;
  }
}

function placeOf(array: LyingArray, whole: LastArray): TensorPlace {
  const { name, header, isCompressed } = array;
  const { type, shape } = header;
  const count = sizeOf(shape);
  const base = { name, type, shape, count, isFloat: type.includes('f'), outputsLast: false };
  const layout = layoutOf(type);
  if (!layout)
    return { ...base, width: 0, unread: `holds ${type}, which is no type of numbers`, read: () => [] };
  const isTurned = header.fortranOrder && shape.filter((extent) => extent > 1).length > 1;
  const onlyWhole = isCompressed ? 'is compressed' : isTurned ? 'lies in Fortran order' : undefined;
  if (onlyWhole !== undefined)
    return {
      ...{ ...base, width: layout.size, onlyWhole },
      read: (from, length) => whole.of(array).subarray(from, from + length),
    };
  let opened: ByteSource | undefined;
  const source = () => {
    const bytes = array.open();
    const found = bytes.size - header.end;
    if (found === count * layout.size) return bytes;
    throw new UserError(
      `${bytes.name} is cut off or damaged: its header promises ${count * layout.size} bytes of numbers and ${found} follow. Save it again.`,
    );
  };
  return {
    ...{ ...base, width: layout.size },
    read: (from, length) => elementsOf((opened ??= source()), header, { from, length }),
  };
}
