import { UserError } from '../../core/errors';
import type { ByteSource } from '../containers/source';
import { openZip } from '../containers/zip';
import { type NamedArray, readNpy } from './npy';

/** The arrays of an `.npz` file by name, each read when asked for. */
export interface NpzArchive {
  readonly names: readonly string[];
  /** @throws UserError when there is no such array or it cannot be read. */
  read(name: string): NamedArray;
}

/** Opens what `numpy.savez` and `numpy.savez_compressed` write: a zip archive of `.npy` members. */
export function openNpz(source: ByteSource): NpzArchive {
  const archive = openZip(source);
  const names = [...archive.entries.keys()].flatMap((name) =>
    name.endsWith('.npy') ? [name.slice(0, -4)] : [],
  );
  if (names.length === 0) {
    throw new UserError(`${source.name} holds no NumPy arrays: save your data with numpy.savez.`);
  }
  return { names, read: (name) => readNpy(archive.open(`${name}.npy`), name) };
}
