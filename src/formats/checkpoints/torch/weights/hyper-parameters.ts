import { PickleList, PickleObject, type PickleValue } from './pickle-values';
import { entriesOf } from './torch-objects';

/** A value that JSON can say. */
export type PlainValue = null | boolean | number | string | PlainValue[] | { [key: string]: PlainValue };

/** What frameworks and people call the arguments that a network was made with, Lightning's name first. */
const KEYS = [
  'hyper_parameters',
  'hparams',
  'hyperparameters',
  'model_args',
  'model_kwargs',
  'model_config',
  'init_args',
  'kwargs',
  'config',
  'cfg',
  'args',
];
const DEEPEST = 6;
const MOST = 2000;

/** The hyper-parameters that a checkpoint keeps beside its weights, as far as JSON can say them; `{}` where there are none. */
export function hyperParametersOf(root: PickleValue): Readonly<Record<string, PlainValue>> {
  const left = { count: MOST };
  const top = entriesOf(root) ?? [];
  for (const key of KEYS) {
    const value = top.find(([name]) => name === key)?.[1];
    const found = value === undefined ? undefined : plain(value, 0, left);
    if (isRecord(found) && Object.keys(found).length > 0) return found;
  }
  return {};
}

const isRecord = (value: PlainValue | undefined): value is Record<string, PlainValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value in JSON's terms; undefined for what it cannot say (tensors, functions, infinite numbers). */
function plain(value: PickleValue, depth: number, left: { count: number }): PlainValue | undefined {
  if (left.count-- <= 0 || depth > DEEPEST) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof PickleList) {
    const items = value.items.map((item) => plain(item, depth + 1, left));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  // A namespace or a dataclass keeps its fields in its state; Lightning's own dictionary in its entries.
  const own = value instanceof PickleObject ? value.entries : [];
  const state =
    value instanceof PickleObject && value.state !== undefined ? entriesOf(value.state) : undefined;
  const entries = entriesOf(value) ?? (own.length > 0 ? own : state);
  if (!entries) return undefined;
  const pairs = entries.flatMap(([key, item]): [string, PlainValue][] => {
    const found = typeof key === 'string' ? plain(item, depth + 1, left) : undefined;
    return typeof key === 'string' && found !== undefined ? [[key, found]] : [];
  });
  return Object.fromEntries(pairs);
}
