import { UserError } from '../../../../core/errors';
import { torchType, unreadType } from '../element-types';
import { PickleDict, PickleList, PickleObject, type PickleValue } from './pickle-values';
import { type OpaqueTensor, type PickledTensor, entriesOf, entryOf, tensorOf } from './torch-objects';

/** Tensors by name that stood together in a file, at a path of keys. */
export interface WeightSet {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, PickledTensor | OpaqueTensor>;
  /** The module that holds them, where a whole one was saved. */
  readonly module?: PickleObject;
}

/** Keys of whole checkpoints under which the weights stand, the likeliest first. */
const USUAL = ['state_dict', 'model_state_dict', 'model', 'net', 'module', 'network', 'weights', 'params'];
/** What stands beside weights and looks like them. */
const OPTIMIZER =
  /(^|\.)(optim\w*|optimizers?|optimizer_state\w*|\w*optimizer|scaler|\w*scheduler\w*|lr_\w+)(\.|$)/i;
const DEEPEST = 12;
/** Keys that lead further in; a longer one keeps patterns busy. */
const LONGEST_KEY = 300;

/** Every group of named tensors in what a pickle holds, those of optimizers aside. */
export function weightSets(root: PickleValue): WeightSet[] {
  const sets: WeightSet[] = [];
  const seen = new Set<PickleValue>();
  const states = new Set<PickleValue>();
  const queue: { readonly path: string; readonly value: PickleValue; readonly depth: number }[] = [
    { path: '', value: root, depth: 0 },
  ];
  // Not taken off its front: that moves all the others.
  for (const { path, value, depth } of queue) {
    if (typeof value !== 'object' || value === null || seen.has(value) || OPTIMIZER.test(path)) continue;
    seen.add(value);
    const tensors = new Map<string, PickledTensor | OpaqueTensor>();
    const module = isModule(value) ? value : undefined;
    if (module) collectModule(module, tensors);
    else collect(value, tensors);
    if (tensors.size > 0) sets.push({ path, tensors, ...(module ? { module } : {}) });
    if (depth >= DEEPEST || module) continue;
    for (const [key, inner] of childrenOf(value, states))
      if (isContainer(inner) && key.length <= LONGEST_KEY && !tensors.has(key))
        queue.push({ path: path ? `${path}.${key}` : key, value: inner, depth: depth + 1 });
  }
  return sets;
}

const isContainer = (value: PickleValue): boolean =>
  value instanceof PickleDict || value instanceof PickleList || value instanceof PickleObject;

/** Collects the tensors of a mapping by its keys. */
function collect(value: PickleValue, found: Map<string, PickledTensor | OpaqueTensor>): void {
  for (const [key, inner] of entriesOf(value) ?? []) {
    if (typeof key !== 'string') continue;
    const tensor = tensorOf(inner);
    if (tensor) found.set(key, tensor);
  }
}

/** An object of TorchScript, whose attributes are its state, or a pickled `torch.nn.Module`. */
function isModule(value: PickleValue): value is PickleObject {
  if (!(value instanceof PickleObject) || value.state === undefined) return false;
  return value.of.startsWith('__torch__.') || entryOf(value.state, '_modules') !== undefined;
}

/** A module's parameters and buffers, and those of the modules in it, without recursion. */
function collectModule(root: PickleObject, found: Map<string, PickledTensor | OpaqueTensor>): void {
  const stack = [{ value: root, prefix: '' }];
  const seen = new Set<PickleValue>();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next.value)) continue;
    seen.add(next.value);
    const inner: typeof stack = [];
    for (const [key, value] of attributesOf(next.value)) {
      const tensor = tensorOf(value);
      if (tensor) found.set(next.prefix + key, tensor);
      else if (isModule(value)) inner.push({ value, prefix: `${next.prefix}${key}.` });
    }
    for (const each of inner.reverse()) stack.push(each);
  }
}

/** Parameters, buffers and modules of a module; of TorchScript's all are attributes. */
function attributesOf({ of, state = null }: PickleObject): (readonly [name: string, value: PickleValue])[] {
  const from = of.startsWith('__torch__.')
    ? [state]
    : ['_parameters', '_buffers', '_modules'].map((name) => entryOf(state, name) ?? null);
  return from.flatMap((mapping) =>
    (entriesOf(mapping) ?? []).flatMap(([key, value]) =>
      typeof key === 'string' ? [[key, value] as const] : [],
    ),
  );
}

/** What a value holds by keys or positions; a state that several objects share is looked through once. */
function* childrenOf(value: PickleValue, states: Set<PickleValue>): Generator<[string, PickleValue]> {
  if (value instanceof PickleList) {
    for (const [i, item] of value.items.entries()) yield [String(i), item];
    return;
  }
  for (const [key, item] of entriesOf(value) ?? entriesOfState(value, states))
    if (typeof key === 'string' || typeof key === 'number') yield [String(key), item];
}

function entriesOfState(
  value: PickleValue,
  states: Set<PickleValue>,
): NonNullable<ReturnType<typeof entriesOf>> {
  const state = value instanceof PickleObject ? value.state : undefined;
  if (state === undefined || states.has(state)) return [];
  states.add(state);
  return entriesOf(state) ?? [];
}

/** Moments of optimizers stand under these names, whatever holds them. */
const MOMENT = /(^|\.)(exp_avg|exp_avg_sq|momentum_buffer|max_exp_avg_sq|square_avg|acc_delta|step)$/;

const isFloat = (tensor: PickledTensor | OpaqueTensor): boolean =>
  'type' in tensor && /float/.test(tensor.type);
const floats = ({ tensors }: WeightSet): number =>
  [...tensors].filter(([name, t]) => isFloat(t) && !MOMENT.test(name)).length;

/**
 * The set that is asked for, or the likeliest, with a note on the others. A set inside another that is chosen does not count.
 * @throws UserError where there is none, or where nobody could tell.
 */
export function chooseSet(
  sets: readonly WeightSet[],
  wanted: string | undefined,
  file: string,
): { readonly set: WeightSet; readonly notes: readonly string[] } {
  const real = sets.filter(
    (set) => floats(set) > 0 && [...set.tensors.keys()].some((name) => !MOMENT.test(name)),
  );
  if (wanted !== undefined) {
    const set = real.find(({ path }) => path === wanted);
    if (set) return { set, notes: [] };
    throw new UserError(
      `${file} holds no weights under "${wanted}"; those it holds: ${real.map(pathName).join(', ') || 'none'}.`,
    );
  }
  const odd = sets
    .flatMap(({ tensors }) => [...tensors])
    .find(([name, tensor]) => 'type' in tensor && !MOMENT.test(name) && !torchType(tensor.type));
  if (real.length === 0 && odd && 'type' in odd[1])
    throw new UserError(`${file} cannot be measured: tensor "${odd[0]}" ${unreadType(odd[1].type)}.`);
  const opaque = sets.flatMap(({ tensors }) => [...tensors]).find(([, tensor]) => 'refusal' in tensor);
  if (real.length === 0 && opaque && 'refusal' in opaque[1])
    throw new UserError(`${file} cannot be measured: tensor "${opaque[0]}" ${opaque[1].refusal}.`);
  if (real.length === 0)
    throw new UserError(
      sets.length > 0
        ? `${file} holds an optimizer's state and no weights: give the file that holds the model.`
        : `${file} holds no tensors by name: save model.state_dict().`,
    );
  if (real.length === 1) return { set: real[0], notes: [] };
  const usual = USUAL.map((name) => real.find(({ path }) => path === name)).find((set) => set !== undefined);
  const largest = [...real].sort((a, b) => floats(b) - floats(a));
  const alone = floats(largest[0]) > 2 * floats(largest[1]) ? largest[0] : undefined;
  const set = usual ?? real.find(({ path }) => path === '') ?? alone;
  if (!set)
    throw new UserError(
      `${file} holds ${real.length} sets of weights (${real.map(pathName).join(', ')}): say which by "weights" in landscape.json.`,
    );
  const others = real.filter((other) => other !== set && floats(other) * 2 >= floats(set));
  return {
    set,
    notes:
      others.length > 0
        ? [
            `The weights are those under ${pathName(set)}; the file also holds ${others.map(pathName).join(', ')}, to be chosen by "weights" in landscape.json.`,
          ]
        : [],
  };
}

const pathName = ({ path }: WeightSet): string => (path === '' ? 'its top' : `"${path}"`);
