import { readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../core/errors';
import { DISTRIBUTED, FLAX, SAVED_MODEL, TENSORFLOW_VARIABLES } from './foreign-kinds';

/** Other programs' folders, each by the files in it. */
const FOLDERS: readonly {
  readonly holds: (names: readonly string[]) => boolean;
  readonly says: (path: string) => string;
}[] = [
  { holds: (names) => names.includes('saved_model.pb'), says: SAVED_MODEL },
  {
    holds: (names) => names.includes('.metadata') || names.some((name) => name.endsWith('.distcp')),
    says: DISTRIBUTED,
  },
  {
    holds: (names) =>
      ['_CHECKPOINT_METADATA', '_METADATA', 'manifest.ocdbt', '_sharding'].some((name) =>
        names.includes(name),
      ) || names.some((name) => /^(ocdbt\.process_\d+|.*\.orbax-checkpoint.*)$/.test(name)),
    says: (path) => FLAX(path, 'an Orbax checkpoint (JAX)'),
  },
  {
    holds: (names) => names.includes('Manifest.json') && names.includes('Data'),
    says: (path) =>
      `${path} is a Core ML package, compiled for inference: give the model that it was converted from (.pt2, .keras).`,
  },
  { holds: (names) => names.some((name) => /\.data-\d{5}-of-\d{5}$/.test(name)), says: TENSORFLOW_VARIABLES },
  {
    holds: (names) => names.includes('model.json'),
    says: (path) => `${path} is a folder: give the model.json inside it.`,
  },
];

/**
 * Says what a folder, or a part of one, is that is given where a file is read.
 * @throws UserError for folders of other programs; what is no folder, or an unknown one, opening it says
 */
export function refuseFolder(path: string): void {
  // A part of a folder, and begins as a zip of weights does.
  if (path.endsWith('.distcp')) throw new UserError(DISTRIBUTED(dirname(path)));
  if (!isFolder(path)) return;
  let names: readonly string[];
  try {
    names = readdirSync(path);
  } catch {
    // Opening it says why.
    return;
  }
  const found = FOLDERS.find(({ holds }) => holds(names));
  if (found) throw new UserError(found.says(path));
}

/** Whether a path is a folder; what cannot be looked at is none. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Opening it says why.
    return false;
  }
}
