import { UserError } from '../../core/errors';
import { PickleList, PickleObject, type PickleValue } from '../checkpoints/torch/weights/pickle-values';
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
/** Values that are looked at: lists that hold one another multiply. */
const MOST_VALUES = 100_000;

/**
 * Names what a pickle holds: keys of dictionaries as they are; of a tuple the last is the labels and what stands before it
 * the inputs; of a tuple of such tuples the first is for training and the second for the test.
 * @throws UserError where there are no tensors, or one that has no numbers
 */
export function namedTensors(root: PickleValue, file: string): NamedTensors {
  const collector = new Collector(file);
  collector.collect(root, '', 0);
  const { tensors, arrays, notes } = collector;
  if (tensors.size + arrays.size === 0)
    throw new UserError(`${file} holds no tensors: save a tuple, torch.save((x, y), path).`);
  return { tensors, arrays, notes };
}

/** The items of a tuple, a list or a `TensorDataset`. */
function itemsOf(value: PickleValue): readonly PickleValue[] | undefined {
  if (value instanceof PickleList) return value.items;
  if (!(value instanceof PickleObject) || value.state === undefined) return undefined;
  const tensors = entryOf(value.state, 'tensors');
  return tensors instanceof PickleList ? tensors.items : undefined;
}

class Collector implements NamedTensors {
  readonly tensors = new Map<string, PickledTensor>();
  readonly arrays = new Map<string, NamedArray>();
  readonly notes: string[] = [];
  private readonly known = new Map<PickleValue, NamedArray | undefined>();
  private looked = 0;

  constructor(private readonly file: string) {}

  collect(value: PickleValue, prefix: string, depth: number): void {
    if (++this.looked > MOST_VALUES)
      throw new UserError(
        `${this.file} holds over ${MOST_VALUES} lists and values, as no data do: save a tuple of tensors, torch.save((x, y), path).`,
      );
    const tensor = tensorOf(value);
    if (tensor) {
      if ('refusal' in tensor)
        throw new UserError(`${this.file}: ${prefix || 'its tensor'} ${tensor.refusal}.`);
      this.tensors.set(prefix || 'x', tensor);
      return;
    }
    const name = prefix || 'x';
    const array = this.arrayOf(value, name);
    if (array) {
      this.arrays.set(name, { ...array, name });
      return;
    }
    if (depth >= DEEPEST) return;
    const join = (key: string) => (prefix ? `${prefix}_${key}` : key);
    const items = itemsOf(value);
    if (items) this.collectItems(items, join, depth);
    else
      for (const [key, inner] of entriesOf(value) ?? [])
        if (typeof key === 'string') this.collect(inner, join(key), depth + 1);
  }

  private collectItems(items: readonly PickleValue[], join: (name: string) => string, depth: number): void {
    const isLeaf = (item: PickleValue) =>
      tensorOf(item) !== undefined || this.arrayOf(item, 'an array') !== undefined;
    if (items.length >= 2 && items.every(isLeaf)) {
      const inputs = items.length - 1;
      const split = join('') ? `_${join('').replace(/_$/, '')}` : '_train';
      items.forEach((item, i) => {
        const name = i === inputs ? `y${split}` : inputs === 1 ? `x${split}` : `x${split}_${i}`;
        this.collect(item, name, depth + 1);
      });
      this.notes.push(
        `Of the ${items.length} tensors of a tuple the last was taken for the labels, ${inputs === 1 ? 'the first for the inputs' : `the first ${inputs} for the inputs`}.`,
      );
      return;
    }
    const pair = items.length === 2 && items.every((item) => (itemsOf(item)?.length ?? 0) >= 2);
    items.forEach((item, i) => this.collect(item, join(pair ? ['train', 'test'][i] : String(i)), depth + 1));
  }

  /** The array that a value is, made once. */
  private arrayOf(value: PickleValue, name: string): NamedArray | undefined {
    if (!(value instanceof PickleObject)) return undefined;
    if (!this.known.has(value)) this.known.set(value, pickledArray(value, name, this.file));
    return this.known.get(value);
  }
}
