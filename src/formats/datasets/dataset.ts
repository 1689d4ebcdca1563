import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { blamed, throwIfCancelled, UserError } from '../../core/errors';
import { arraysInOrder } from '../../network/input-order';
import type { RowShapes } from '../containers/open-extents';
import { type ByteSource, type FileSource, openFile, sha256 } from '../containers/source';
import { type NamedArray, readNpy } from './npy';
import { openNpz } from './npz';

/** An array for an input of the model, with that input's name where its own says it. */
export type InputNamedArray = NamedArray & { readonly input?: string };

/** Training or test rows: every array has `rows` as its first dimension. */
export interface DatasetSplit {
  readonly rows: number;
  /**
   * One array for most models; for a model of several inputs `x_train_0`, `x_train_1`... in that order, or `x_train_a`,
   * `x_train_b`... by the inputs' names, which are then in `input`.
   */
  readonly inputs: readonly InputNamedArray[];
  readonly labels: NamedArray;
  /** One number a row, where they were asked for and the file has them. */
  readonly weights?: NamedArray;
}

/** A data file as read: elements keep the file's type (bytes stay bytes) until a chunk of rows is fed to a model. */
export interface Dataset {
  readonly path: string;
  /** Of the file, or of its files one after the other where there are several. */
  readonly sha256: string;
  readonly train: DatasetSplit;
  readonly test?: DatasetSplit;
}

/** The shape of a row of each input, in the order of a model's inputs. */
export const rowShapes =
  ({ path, train }: Pick<Dataset, 'path' | 'train'>): RowShapes =>
  (inputs) => {
    const shapes = train.inputs.map(({ shape }) => shape.slice(1));
    // How many there must be, and what is missing, is said where the data are prepared.
    if (train.inputs.every(({ input }) => input === undefined)) return shapes;
    try {
      return arraysInOrder(inputs, train.inputs).map((i) => shapes[i]);
    } catch (error) {
      throw error instanceof UserError ? new UserError(`${path} ${error.message}`) : error;
    }
  };

/** Arrays by name, from whatever kind of file. */
interface ArrayStore {
  readonly names: readonly string[];
  read(name: string): NamedArray;
}

/**
 * Reads a data set: an `.npz` with `x_train`, `y_train` and, if any, `x_test`, `y_test` (or `x`, `y`), or an `x_train.npy`
 * (`x.npy`) with the other arrays beside it under those names.
 * @param sampleWeights the array that holds the training rows' weights, or true for `w_train` (`w` beside `x`). Those
 * of the test rows are looked for under the name with `_test` for `_train`, and may be missing.
 * @throws UserError when the file cannot be read, holds none of these names, its row counts differ, or it holds NaN or
 * infinite values.
 */
export async function readDataset(
  path: string,
  signal?: AbortSignal,
  sampleWeights: boolean | string = false,
): Promise<Dataset> {
  const opened: FileSource[] = [];
  try {
    const first = openFile(path);
    opened.push(first);
    const store = isNpy(first) ? siblings(path, opened, sampleWeights) : openNpzChecked(first);
    throwIfCancelled(signal);
    const train = readSplit(path, store, 'train', sampleWeights);
    throwIfCancelled(signal);
    const test = readSplit(path, store, 'test', sampleWeights);
    if (!train) throw unknownNames(path, store.names);
    return { path, sha256: await sha256(opened, signal), train, ...(test && { test }) };
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  } finally {
    for (const file of opened) file.close();
  }
}

/** Is this a single array, with others beside it? */
export function isNpy(source: ByteSource): boolean {
  return startsWith(source, [0x93, 0x4e, 0x55, 0x4d]);
}

function openNpzChecked(source: ByteSource): ArrayStore {
  if (startsWith(source, [0x50, 0x4b])) return openNpz(source);
  throw new UserError(
    `${source.name} is not a NumPy file: save your data with numpy.savez(path, x_train=..., y_train=..., x_test=..., y_test=...).`,
  );
}

function startsWith(source: ByteSource, signature: readonly number[]): boolean {
  if (source.size < signature.length) return false;
  const head = source.read(0, signature.length);
  return signature.every((byte, index) => head[index] === byte);
}

const ARRAY_NAMES = ['x_train', 'y_train', 'x_test', 'y_test', 'x', 'y'];

/** The `.npy` files beside the one given. Those opened are added to `opened`, for the hash and for closing. */
export function siblings(path: string, opened: FileSource[], sampleWeights: boolean | string): ArrayStore {
  const name = basename(path, '.npy');
  if (name !== 'x_train' && name !== 'x') {
    throw new UserError(
      `${path} is a single array: name your files x_train.npy and y_train.npy and give x_train.npy.`,
    );
  }
  const weights = (['train', 'test'] as const).map((split) => weightsOf(sampleWeights, split, name === 'x'));
  const wanted = [
    ...(name === 'x' ? ['x', 'y'] : ARRAY_NAMES.slice(0, 4)),
    ...weights.filter((array) => array !== undefined),
  ];
  const files = new Map<string, ByteSource>([[name, opened[0]]]);
  for (const other of wanted) {
    const file = join(dirname(path), `${other}.npy`);
    if (other === name || !existsSync(file)) continue;
    const source = openFile(file);
    opened.push(source);
    files.set(other, source);
  }
  return {
    names: [...files.keys()],
    read(array) {
      const source = files.get(array);
      if (!source) throw new UserError(`There is no ${array}.npy beside ${path}.`);
      return readNpy(source, array);
    },
  };
}

/** Under which name the weights of a part are looked for; undefined where there are none to look for. */
function weightsOf(asked: boolean | string, split: 'train' | 'test', plain: boolean): string | undefined {
  if (asked === false) return undefined;
  if (split === 'train') return asked === true ? (plain ? 'w' : 'w_train') : asked;
  const name = asked === true ? 'w_train' : asked;
  return name.endsWith('_train') ? name.replace(/_train$/, '_test') : undefined;
}

function readSplit(
  path: string,
  store: ArrayStore,
  split: 'train' | 'test',
  sampleWeights: boolean | string,
): DatasetSplit | undefined {
  const has = (name: string) => store.names.includes(name);
  const plain = split === 'train' && has('x') && !has('x_train') && !has('y_train');
  const x = plain ? 'x' : `x_${split}`;
  const y = plain ? 'y' : `y_${split}`;
  const numberedNames = numbered(store.names, x);
  const named = !has(x) && numberedNames.length === 0 ? namedInputs(store.names, x, sampleWeights) : [];
  const inputNames = has(x) ? [x] : [...numberedNames, ...named];
  if (inputNames.length === 0 && !has(y)) return undefined;
  if (inputNames.length === 0) throw new UserError(`${path} has ${y} but no ${x}.`);
  if (!has(y))
    throw new UserError(`${path} has ${x} but no ${y}: add the labels or targets under that name.`);
  const inputs = inputNames.map((name): InputNamedArray => {
    const array = checked(path, store.read(name));
    return named.length > 0 ? { ...array, input: name.slice(x.length + 1) } : array;
  });
  const labels = checked(path, store.read(y));
  const rows = labels.shape[0];
  const weightName = weightsOf(sampleWeights, split, plain);
  if (split === 'train' && weightName !== undefined && !has(weightName))
    throw new UserError(
      `${path} has no array ${weightName}, which "sampleWeights" asks for: it holds ${store.names.join(', ')}.`,
    );
  const weights =
    weightName !== undefined && has(weightName) ? checked(path, store.read(weightName)) : undefined;
  for (const { name, shape } of weights ? [...inputs, weights] : inputs) {
    if (shape[0] !== rows) {
      throw new UserError(`${path}: ${name} has ${shape[0]} rows and ${y} has ${rows}; they must agree.`);
    }
  }
  return { rows, inputs, labels, ...(weights && { weights }) };
}

/** `x_train_0`, `x_train_1`... as far as they go without a gap. */
function numbered(names: readonly string[], base: string): string[] {
  const found: string[] = [];
  while (names.includes(`${base}_${found.length}`)) found.push(`${base}_${found.length}`);
  return found;
}

/** `x_train_a`, `x_train_b`...: all that begin like that, but for weights of rows. */
const namedInputs = (names: readonly string[], base: string, weights: boolean | string): string[] =>
  names.filter((name) => name.startsWith(`${base}_`) && name !== weights);

function checked(path: string, array: NamedArray): NamedArray {
  const rows = array.shape[0];
  if (rows === undefined)
    throw new UserError(`${path}: ${array.name} is a single number; it needs one row a sample.`);
  if (rows === 0 || array.data.length === 0) throw new UserError(`${path}: ${array.name} has no rows.`);
  if (array.data instanceof Float32Array || array.data instanceof Float64Array) {
    const { data } = array;
    for (let i = 0; i < data.length; i++) {
      if (Number.isFinite(data[i])) continue;
      const row = Math.floor(i / (data.length / rows));
      throw new UserError(
        `${path}: ${array.name} holds ${Number.isNaN(data[i]) ? 'NaN' : 'an infinite value'} in row ${row} (counted from 0); clean the data first.`,
      );
    }
  }
  return array;
}

function unknownNames(path: string, names: readonly string[]): UserError {
  const list = names.length > 12 ? [...names.slice(0, 12), '...'] : names;
  return new UserError(
    `${path} has none of the expected arrays x_train, y_train, x_test, y_test (or x, y); it holds ${list.join(', ')}. Save it with numpy.savez under those names.`,
  );
}
