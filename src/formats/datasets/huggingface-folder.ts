import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../core/errors';
import { readJson } from '../containers/json';
import { openFile } from '../containers/source';
import { isFolderAt, namesIn } from './heads';

const DICTIONARY = 'dataset_dict.json';
const INFO = 'dataset_info.json';
const STATE = 'state.json';

/** Parts that are taken for the test, the first that is there. */
const TESTS = ['test', 'validation', 'valid', 'val', 'dev', 'eval'];

/** The Arrow files of a folder's training and test rows. */
export interface ArrowParts {
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly notes: readonly string[];
}

/** Is this a folder that `save_to_disk` of Hugging Face's `datasets` wrote, or one of its cache? */
export const isHuggingFaceFolder = (folder: string): boolean =>
  existsSync(join(folder, DICTIONARY)) ||
  (existsSync(join(folder, INFO)) && namesIn(folder).some((name) => name.endsWith('.arrow')));

/**
 * The Arrow files in a folder of `datasets`: of several parts, of one (whose test lies in the folder beside), or of its cache.
 * @throws UserError where it does not say which rows are for training
 */
export function arrowPartsIn(folder: string): ArrowParts {
  if (existsSync(join(folder, DICTIONARY))) return partsOf(folder);
  const parent = dirname(folder);
  const isTest = TESTS.includes(basename(folder));
  if (existsSync(join(parent, DICTIONARY)) && !isTest) {
    const test = TESTS.map((name) => join(parent, name)).find(isFolderAt);
    return { train: filesOf(folder), test: test ? filesOf(test) : [], notes: testNote(test) };
  }
  if (existsSync(join(folder, STATE))) return { train: filesOf(folder), test: [], notes: [] };
  return cachedParts(folder);
}

const testNote = (test: string | undefined): string[] =>
  test === undefined ? [] : [`The test rows are those of ${basename(test)}, found beside.`];

/** A folder with a folder for each part. */
function partsOf(folder: string): ArrowParts {
  const names = namesIn(folder).filter((name) => existsSync(join(folder, name, INFO)));
  const train = names.includes('train') ? 'train' : names.length === 1 ? names[0] : undefined;
  if (train === undefined)
    throw new UserError(
      `${folder} has no part "train"${names.length > 0 ? ` (it has ${names.join(', ')}): give the folder of the part that the network was trained on` : ': its parts are missing'}.`,
    );
  const test = TESTS.find((name) => name !== train && names.includes(name));
  return {
    train: filesOf(join(folder, train)),
    test: test === undefined ? [] : filesOf(join(folder, test)),
    notes: [
      `The training rows are those of ${train}${test === undefined ? '' : `, the test rows those of ${test}`}.`,
    ],
  };
}

/** The Arrow files of one part, in the order of its `state.json`. */
function filesOf(folder: string): string[] {
  const state = join(folder, STATE);
  const { files, isShuffled } = existsSync(state) ? stateOf(state) : { files: [], isShuffled: false };
  if (isShuffled)
    throw new UserError(
      `${folder} chooses its rows by a list of places: write it once by dataset.flatten_indices().save_to_disk(...).`,
    );
  const names =
    files.length > 0 ? files : namesIn(folder).filter((name) => /^(?!cache-).*\.arrow$/.test(name));
  const missing = names.find((name) => name !== basename(name) || !existsSync(join(folder, name)));
  if (missing !== undefined)
    throw new UserError(`${folder} lacks its file ${missing}: copy the whole folder.`);
  if (names.length === 0) throw new UserError(`${folder} has no Arrow files: copy the whole folder.`);
  return names.map((name) => join(folder, name));
}

function stateOf(path: string): { readonly files: string[]; readonly isShuffled: boolean } {
  const source = openFile(path);
  try {
    const state = readJson(source);
    const listed = (key: string): unknown[] => {
      const value =
        typeof state === 'object' && state !== null ? (state as Record<string, unknown>)[key] : null;
      return Array.isArray(value) ? value : [];
    };
    const files = listed('_data_files').flatMap((file: unknown) =>
      typeof file === 'object' && file !== null && 'filename' in file && typeof file.filename === 'string'
        ? [file.filename]
        : [],
    );
    return { files, isShuffled: listed('_indices_data_files').length > 0 };
  } finally {
    source.close();
  }
}

/** `NAME-train.arrow`, or its parts in several files, as the cache has them. */
function cachedParts(folder: string): ArrowParts {
  const names = namesIn(folder);
  const of = (part: string) =>
    names
      .filter((name) => new RegExp(`-${part}(-\\d{5}-of-\\d{5})?\\.arrow$`).test(name))
      .map((name) => join(folder, name));
  const train = of('train');
  if (train.length === 0) return { train: filesOf(folder), test: [], notes: [] };
  const test = TESTS.map((name) => ({ name, files: of(name) })).find(({ files }) => files.length > 0);
  return {
    train,
    test: test?.files ?? [],
    notes: test ? [`The test rows are those of the part "${test.name}".`] : [],
  };
}
