import { statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { UserError } from '../../core/errors';
import type { FileStamp } from '../../contract/file-stamp';
import { openFile } from '../containers/source';
import { classNote } from './classes';
import type { DataRequest } from './choices';
import { counted } from './counted';
import type { DataFormat, DataPart, FoundData } from './format';
import { isFolderAt, namesIn } from './heads';
import type { NamedArray } from './npy';
import { PICTURE_EXTENSIONS } from './pictures';
import { pictureRows } from './picture-rows';

/** A file of a listing, with what tells whether it has changed. */
interface Listed extends FileStamp {
  readonly label: number;
}

/** A folder that holds a folder of pictures for each class. */
interface ClassFolder {
  readonly path: string;
  readonly classes: readonly string[];
  readonly pictures: readonly Listed[];
  /** Files of other kinds. */
  readonly others: number;
  readonly folders: readonly string[];
}

const TRAIN = 'train';
const TESTS = ['test', 'val', 'valid', 'validation'];

/**
 * Folders of pictures by class, as torchvision's `ImageFolder` and Keras' `image_dataset_from_directory` read them: classes
 * and files in the order of their names; `train` with `test` or `val` beside it, or one folder of classes.
 */
export const imageFolder: DataFormat = {
  name: 'folder of pictures by class',
  extensions: [],
  what: 'folders of pictures by class (PNG, JPEG), with `train` and `test` or `val` in them; resized bilinearly with antialiasing as torchvision does, where `image` says so',
  recognizes: ({ path, isFolder }) => isFolder && roots(path) !== undefined,
  find: ({ path }) => findPictures(path),
};

/** The folders of the training and the test classes under a path. */
function roots(path: string): { train: string; test: string | undefined } | undefined {
  const first = (parent: string) =>
    TESTS.map((name) => join(parent, name)).find((folder) => isClassFolder(folder));
  if (isClassFolder(join(path, TRAIN))) return { train: join(path, TRAIN), test: first(path) };
  if (!isClassFolder(path)) return undefined;
  return { train: path, test: basename(path) === TRAIN ? first(dirname(path)) : undefined };
}

const isPicture = (name: string): boolean => PICTURE_EXTENSIONS.has(extname(name).toLowerCase());

/** Does a folder hold folders of which one holds a picture? */
function isClassFolder(path: string): boolean {
  return namesIn(path).some((name) => {
    const inner = join(path, name);
    return isFolderAt(inner) && namesIn(inner).some(isPicture);
  });
}

/** All pictures under a folder of classes. Links are followed, each folder once. */
function listClasses(path: string): ClassFolder {
  const classes = namesIn(path).filter((name) => !name.startsWith('.') && isFolderAt(join(path, name)));
  const pictures: Listed[] = [];
  const folders: string[] = [path];
  let others = 0;
  const seen = new Set<string>();
  classes.forEach((name, label) => {
    for (const folder of foldersUnder(join(path, name), seen)) {
      folders.push(folder);
      for (const file of namesIn(folder)) {
        const full = join(folder, file);
        const status = statSync(full, { throwIfNoEntry: false });
        if (!status?.isFile()) continue;
        if (isPicture(file)) pictures.push({ path: full, size: status.size, mtimeMs: status.mtimeMs, label });
        else if (!file.startsWith('.')) others++;
      }
    }
  });
  return { path, classes, pictures, others, folders };
}

/** A folder and those in it at any depth, in the order of their paths, as `sorted(os.walk(folder))` has them. */
function foldersUnder(root: string, seen: Set<string>): string[] {
  const found: string[] = [];
  const queue = [root];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    const { dev, ino } = statSync(folder);
    if (ino !== 0 && seen.has(`${dev} ${ino}`)) continue;
    seen.add(`${dev} ${ino}`);
    found.push(folder);
    for (const name of namesIn(folder)) if (isFolderAt(join(folder, name))) queue.push(join(folder, name));
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}

function findPictures(path: string): FoundData {
  const found = roots(path)!;
  const train = listClasses(found.train);
  const test = found.test === undefined ? undefined : listClasses(found.test);
  const parts = test ? [train, test] : [train];
  const lines = parts.flatMap(({ pictures }) =>
    pictures.map(({ path: file, size, mtimeMs }) => `${relative(path, file)} ${size} ${mtimeMs}`),
  );
  const stamps = parts.flatMap(({ folders }) =>
    folders.map((folder) => {
      const { size, mtimeMs } = statSync(folder);
      return { path: folder, size, mtimeMs };
    }),
  );
  return {
    files: [],
    listing: { text: lines.join('\n'), stamps },
    open(_sources, request) {
      if (train.pictures.length === 0) throw new UserError(`${train.path} holds no PNG or JPEG pictures.`);
      return {
        train: part(train, train.classes, request),
        ...(test && test.pictures.length > 0 ? { test: part(test, train.classes, request) } : {}),
        notes: notesOf(train, test),
      };
    },
  };
}

function notesOf(train: ClassFolder, test: ClassFolder | undefined): string[] {
  const left = train.others + (test?.others ?? 0);
  return [
    classNote(`the folders in ${basename(train.path)}`, train.classes),
    ...(test ? [`The test pictures are those in ${test.path}, found beside.`] : []),
    ...(left > 0
      ? [`${counted(left)} files that are no PNG or JPEG pictures were left out of the folders.`]
      : []),
  ];
}

function part(
  { path, classes, pictures }: ClassFolder,
  known: readonly string[],
  request: DataRequest,
): DataPart {
  const labelOf = classes.map((name) => known.indexOf(name));
  const strange = classes.find((_, i) => labelOf[i] < 0);
  if (strange !== undefined)
    throw new UserError(
      `${path} has the class "${strange}", which the training pictures have not: the two must agree.`,
    );
  return {
    rows: pictures.length,
    byRow: true,
    isSlow: true,
    labels: () => labelArray(pictures, labelOf),
    async read(rows) {
      const chosen = rows ? Array.from(rows, (row) => pictures[row]) : pictures;
      const inputs = await pictureRows(chosen.length, (row) => readEncoded(chosen[row].path), path, request);
      return { rows: chosen.length, inputs: [inputs], labels: labelArray(chosen, labelOf) };
    },
  };
}

const labelArray = (pictures: readonly Listed[], labelOf: readonly number[]): NamedArray => ({
  name: 'classes',
  shape: [pictures.length],
  data: Int32Array.from(pictures, ({ label }) => labelOf[label]),
});

function readEncoded(path: string): { bytes: Uint8Array; name: string } {
  const source = openFile(path);
  try {
    return { bytes: source.read(0, source.size), name: path };
  } finally {
    source.close();
  }
}
