import { UserError } from '../../core/errors';
import type { DataRequest } from './choices';
import type { DatasetSplit, InputNamedArray } from './split';
import type { DataPart, OpenedData } from './format';
import type { NamedArray } from './npy';

/** Arrays by name, from whatever kind of file. */
export interface ArrayStore {
  readonly names: readonly string[];
  /** Read anew at each call. */
  read(name: string): NamedArray;
}

type Split = 'train' | 'test';

/** Which arrays are inputs and labels of a part. */
interface Roles {
  readonly inputs: readonly { readonly name: string; readonly input?: string }[];
  readonly labels: string;
  readonly weights: string | undefined;
}

/**
 * The parts of a file of named arrays: `x_train`, `y_train`, `x_test`, `y_test` (or `x`, `y`), several inputs numbered or
 * by name; other names where they leave no doubt (`train_images`, `labels`) or are stated (`columns`, `target`).
 * @throws UserError when it holds none of these names, its row counts differ, or it holds NaN or infinite values.
 */
export function openNamedArrays(path: string, store: ArrayStore, request: DataRequest): OpenedData {
  const stated = statedRoles(path, store, request);
  const usual = stated ? undefined : rolesOf(path, store, 'train', request);
  const other = stated || usual ? undefined : otherNames(store, request);
  const train = stated ?? usual ?? other?.train;
  if (!train) throw unknownNames(path, store.names);
  const test = stated
    ? statedTest(store, stated)
    : other
      ? other.test
      : rolesOf(path, store, 'test', request);
  const note = other ? [describeOther(other.train, other.test)] : [];
  return {
    train: part(path, store, train),
    ...(test ? { test: part(path, store, test) } : {}),
    notes: note,
  };
}

/** A part whose arrays are read together. */
function part(path: string, store: ArrayStore, roles: Roles): DataPart {
  const read = (): DatasetSplit => readRoles(path, store, roles);
  let known: DatasetSplit | undefined;
  return {
    byRow: false,
    get rows() {
      return (known ??= read()).rows;
    },
    read() {
      const split = known ?? read();
      known = undefined;
      return split;
    },
  };
}

function readRoles(path: string, store: ArrayStore, roles: Roles): DatasetSplit {
  const inputs = roles.inputs.map(({ name, input }): InputNamedArray => ({
    ...checked(path, store.read(name)),
    ...(input === undefined ? {} : { input }),
  }));
  const labels = checked(path, store.read(roles.labels));
  const rows = labels.shape[0];
  const weights = roles.weights === undefined ? undefined : checked(path, store.read(roles.weights));
  for (const { name, shape } of weights ? [...inputs, weights] : inputs) {
    if (shape[0] !== rows) {
      throw new UserError(
        `${path}: ${name} has ${shape[0]} rows and ${roles.labels} has ${rows}; they must agree.`,
      );
    }
  }
  return { rows, inputs, labels, ...(weights && { weights }) };
}

/** Under which name the weights of a part are looked for; undefined where there are none to look for. */
export function weightsOf(
  asked: boolean | string | undefined,
  split: Split,
  plain: boolean,
): string | undefined {
  if (asked === undefined || asked === false) return undefined;
  if (split === 'train') return asked === true ? (plain ? 'w' : 'w_train') : asked;
  const name = asked === true ? 'w_train' : asked;
  return name.endsWith('_train') ? name.replace(/_train$/, '_test') : undefined;
}

/** The arrays of a part by the names that are read. */
function rolesOf(
  path: string,
  { names }: ArrayStore,
  split: Split,
  { sampleWeights }: DataRequest,
): Roles | undefined {
  const has = (name: string) => names.includes(name);
  const plain = split === 'train' && has('x') && !has('x_train') && !has('y_train');
  const x = plain ? 'x' : `x_${split}`;
  const y = plain ? 'y' : `y_${split}`;
  const numberedNames = numbered(names, x);
  const named =
    !has(x) && numberedNames.length === 0
      ? names.filter((name) => name.startsWith(`${x}_`) && name !== sampleWeights)
      : [];
  const inputNames = has(x) ? [x] : [...numberedNames, ...named];
  if (inputNames.length === 0 && !has(y)) return undefined;
  if (inputNames.length === 0) throw new UserError(`${path} has ${y} but no ${x}.`);
  if (!has(y))
    throw new UserError(`${path} has ${x} but no ${y}: add the labels or targets under that name.`);
  const weights = weightsOf(sampleWeights, split, plain);
  if (split === 'train' && weights !== undefined && !has(weights)) throw withoutWeights(path, weights, names);
  return {
    inputs: inputNames.map((name) =>
      named.length > 0 ? { name, input: name.slice(x.length + 1) } : { name },
    ),
    labels: y,
    weights: weights !== undefined && has(weights) ? weights : undefined,
  };
}

const withoutWeights = (path: string, weights: string, names: readonly string[]): UserError =>
  new UserError(
    `${path} has no array ${weights}, which "sampleWeights" asks for: it holds ${names.join(', ')}.`,
  );

/** `x_train_0`, `x_train_1`... as far as they go without a gap. */
function numbered(names: readonly string[], base: string): string[] {
  const found: string[] = [];
  while (names.includes(`${base}_${found.length}`)) found.push(`${base}_${found.length}`);
  return found;
}

/** The arrays that `columns` and `target` name. */
function statedRoles(
  path: string,
  { names }: ArrayStore,
  { target, columns, sampleWeights }: DataRequest,
): Roles | undefined {
  if (target === undefined && columns === undefined) return undefined;
  if (typeof target !== 'string' || columns === undefined)
    throw new UserError(
      `${path} holds arrays (${names.join(', ')}): name those of the inputs by "columns" and that of the labels by "target", both or neither.`,
    );
  const missing = [...columns, target].find((name) => !names.includes(String(name)));
  if (missing !== undefined)
    throw new UserError(`${path} has no array ${missing}: it holds ${names.join(', ')}.`);
  const weights = typeof sampleWeights === 'string' ? sampleWeights : undefined;
  if (weights !== undefined && !names.includes(weights)) throw withoutWeights(path, weights, names);
  return { inputs: columns.map((name) => ({ name: String(name) })), labels: target, weights };
}

/** The same names with `test` for `train`, where all are there. */
function statedTest({ names }: ArrayStore, { inputs, labels }: Roles): Roles | undefined {
  const other = (name: string) => name.replace('train', 'test');
  const found = {
    inputs: inputs.map(({ name }) => ({ name: other(name) })),
    labels: other(labels),
    weights: undefined,
  };
  const all = [...found.inputs.map(({ name }) => name), found.labels];
  const isAnother = all.every((name) => names.includes(name)) && found.labels !== labels;
  return isAnother ? found : undefined;
}

const INPUT_NAMES = /^(x|images?|imgs?|data|features|inputs?|input_ids|samples|tokens)$/;
const LABEL_NAMES = /^(y|labels?|targets?|class|classes|fine_labels)$/;
const SPLITS: Readonly<Record<Split, RegExp>> = {
  train: /^(train|training|tr)_|_(train|training|tr)$/,
  test: /^(test|te|val|valid|validation)_|_(test|te|val|valid|validation)$/,
};

/** What a name that is not one of ours most likely means; undefined where nothing says it. */
function meaningOf(name: string): { split: Split | undefined; role: 'x' | 'y' } | undefined {
  const lower = name.toLowerCase();
  const split = (['train', 'test'] as const).find((each) => SPLITS[each].test(lower));
  const core = split ? lower.replace(SPLITS[split], '') : lower;
  const role = INPUT_NAMES.test(core) ? 'x' : LABEL_NAMES.test(core) ? 'y' : undefined;
  return role && { split, role };
}

/** Inputs and labels by other usual names, where only one array could be each. */
function otherNames(
  { names }: ArrayStore,
  { sampleWeights }: DataRequest,
): { train: Roles; test: Roles | undefined } | undefined {
  const found = names.map((name) => ({ name, meaning: meaningOf(name) }));
  const only = (split: Split | undefined, role: 'x' | 'y') => {
    const hits = found.filter(({ meaning }) => meaning && meaning.split === split && meaning.role === role);
    // Validation rows stand beside the test's: the test's are taken.
    const [first] = hits.length > 1 ? hits.filter(({ name }) => /test/i.test(name)) : hits;
    return hits.length > 1 && split !== 'test' ? undefined : first?.name;
  };
  const pair = (split: Split | undefined, weights?: string): Roles | undefined => {
    const [x, y] = [only(split, 'x'), only(split, 'y')];
    return x !== undefined && y !== undefined ? { inputs: [{ name: x }], labels: y, weights } : undefined;
  };
  const weights =
    typeof sampleWeights === 'string' && names.includes(sampleWeights) ? sampleWeights : undefined;
  const train = pair('train', weights) ?? pair(undefined, weights);
  return train && { train, test: pair('test') };
}

function describeOther(train: Roles, test: Roles | undefined): string {
  const text = ({ inputs, labels }: Roles) => `${inputs[0].name} (inputs) and ${labels} (labels)`;
  return `The arrays were taken by their names: ${text(train)}${test ? `; for the test ${text(test)}` : ''}.`;
}

/** An array as data may be: at least one row, and nothing that is not a finite number. */
export function checked(path: string, array: NamedArray): NamedArray {
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
    `${path} has none of the expected arrays x_train, y_train, x_test, y_test (or x, y); it holds ${list.join(', ')}. Save it with numpy.savez under those names, or name its arrays by "columns" (inputs) and "target" (labels) in landscape.json.`,
  );
}
