import { UserError } from '../../core/errors';
import { PickleList, PickleObject, type PickleValue } from '../checkpoints/torch/weights/pickle';
import { type PickledTensor, entriesOf, entryOf, tensorOf } from '../checkpoints/torch/weights/torch-objects';
import type { NamedArray } from './npy';
import { pickledArray } from './pickled-arrays';

/** The tensors and arrays in what `torch.save` wrote, by names that say what each is for. */
export interface NamedTensors {
  readonly tensors: Map<string, PickledTensor>;
  readonly arrays: Map<string, NamedArray>;
  readonly notes: string[];
}

const DEEPEST = 6;

/**
 * Names what a pickle holds: keys of dictionaries as they are; of a tuple the last is the labels and what stands before it
 * the inputs; of a tuple of such tuples the first is for training and the second for the test.
 * @throws UserError where there are no tensors, or one that has no numbers
 */
export function namedTensors(root: PickleValue, file: string): NamedTensors {
  const found: NamedTensors = { tensors: new Map(), arrays: new Map(), notes: [] };
  collect(root, '', 0, { found, file });
  if (found.tensors.size + found.arrays.size === 0)
    throw new UserError(`${file} holds no tensors: save a tuple, torch.save((x, y), path).`);
  return found;
}

/** The items of a tuple, a list or a `TensorDataset`. */
function itemsOf(value: PickleValue): readonly PickleValue[] | undefined {
  if (value instanceof PickleList) return value.items;
  if (!(value instanceof PickleObject) || value.state === undefined) return undefined;
  const tensors = entryOf(value.state, 'tensors');
  return tensors instanceof PickleList ? tensors.items : undefined;
}

function collect(
  value: PickleValue,
  prefix: string,
  depth: number,
  { found, file }: { readonly found: NamedTensors; readonly file: string },
): void {
  const tensor = tensorOf(value);
  if (tensor) {
    if ('refusal' in tensor) throw new UserError(`${file}: ${prefix || 'its tensor'} ${tensor.refusal}.`);
    found.tensors.set(prefix || 'x', tensor);
    return;
  }
  const array = pickledArray(value, prefix || 'x', file);
  if (array) {
    found.arrays.set(array.name, array);
    return;
  }
  if (depth >= DEEPEST) return;
  const join = (name: string) => (prefix ? `${prefix}_${name}` : name);
  const items = itemsOf(value);
  if (items) collectItems(items, join, depth, { found, file });
  else
    for (const [key, inner] of entriesOf(value) ?? [])
      if (typeof key === 'string') collect(inner, join(key), depth + 1, { found, file });
}

function collectItems(
  items: readonly PickleValue[],
  join: (name: string) => string,
  depth: number,
  { found, file }: { readonly found: NamedTensors; readonly file: string },
): void {
  const isLeaf = (item: PickleValue) =>
    tensorOf(item) !== undefined || pickledArray(item, '', file) !== undefined;
  if (items.length >= 2 && items.every(isLeaf)) {
    const inputs = items.length - 1;
    const split = join('') ? `_${join('').replace(/_$/, '')}` : '_train';
    items.forEach((item, i) => {
      const name = i === inputs ? `y${split}` : inputs === 1 ? `x${split}` : `x${split}_${i}`;
      collect(item, name, depth + 1, { found, file });
    });
    found.notes.push(
      `Of the ${items.length} tensors of a tuple the last was taken for the labels, ${inputs === 1 ? 'the first for the inputs' : `the first ${inputs} for the inputs`}.`,
    );
    return;
  }
  const pair = items.length === 2 && items.every((item) => (itemsOf(item)?.length ?? 0) >= 2);
  items.forEach((item, i) =>
    collect(item, join(pair ? ['train', 'test'][i] : String(i)), depth + 1, { found, file }),
  );
}
