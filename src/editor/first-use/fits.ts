import type { CheckpointSummary, DataHeaders } from '../../contract/engine-protocol';
import { formatCount } from '../../wording/format-number';
import { sizeOf } from '../../core/size-of';

/** What a data file's headers say of it beside a checkpoint. */
export interface Fit {
  /** Its training rows: "8,000 × 28 × 28 uint8". Empty where there are none under the names that are read. */
  readonly text: string;
  /** Could the rows be the model's inputs? Undefined where headers alone do not tell. */
  readonly fits: boolean | undefined;
}

/** The names under which training inputs are looked for, as `readDataset` does. */
const INPUTS = /^(x_train|x)(_.+)?$/;

/**
 * Do the rows of a file fit a model's inputs? Extents that only data decide fit anything; images may have their channels
 * at the other end, or none, and rows may have to be flattened.
 */
export function fitOf({ arrays, file }: DataHeaders, inputs: CheckpointSummary['inputs']): Fit {
  // A single .npy is its own name.
  const own = arrays.map((array) => ({ ...array, name: array.name || stem(file) }));
  const rows = own.filter(({ name }) => INPUTS.test(name));
  const [first] = rows;
  if (first === undefined) return { text: '', fits: arrays.length === 0 ? undefined : false };
  const text = `${first.shape.map((extent) => formatCount(extent)).join(' × ')} ${typeName(first.type)}`;
  if (inputs === undefined || inputs.length === 0) return { text, fits: undefined };
  const fits =
    rows.length >= inputs.length &&
    inputs.every((input) => rows.some((row) => agrees(row.shape.slice(1), input)));
  return { text, fits };
}

function agrees(row: readonly number[], input: readonly (number | null)[]): boolean {
  const same = (a: readonly number[]) =>
    a.length === input.length && a.every((extent, axis) => input[axis] === null || input[axis] === extent);
  if (same(row)) return true;
  const known = input.filter((extent) => extent !== null);
  // Flattened, without the axis of one channel, or with the channels at the other end.
  if (
    known.length === input.length &&
    sizeOf(row) === sizeOf(known) &&
    (input.length === 1 || row.length < 3)
  )
    return true;
  const last = row.at(-1);
  return (
    row.length > 2 &&
    last !== undefined &&
    (same([last, ...row.slice(0, -1)]) || same([...row.slice(1), row[0]]))
  );
}

const KINDS: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint', b: 'bool' };

function typeName(type: string): string {
  const [, kind, size] = /^[<>|=]?([a-z])(\d+)$/.exec(type) ?? [];
  const name = kind === undefined ? undefined : KINDS[kind];
  if (name === undefined) return type;
  return name === 'bool' ? name : `${name}${Number(size) * 8}`;
}

const stem = (file: string): string => (file.split(/[\\/]/).at(-1) ?? '').replace(/\.\w+$/, '');
