import type { DataPreview, EngineRequests } from '../../contract/engine-protocol';
import { dataChoicesOf } from '../../contract/settings';
import { UserError } from '../../core/errors';
import type { NamedArray } from '../../formats/datasets/npy';
import { DifferentSizesError } from '../../formats/datasets/picture-rows';
import { previewDataset } from '../../formats/datasets/preview';
import type { InputNamedArray } from '../../formats/datasets/split';
import { TargetUnknownError } from '../../formats/datasets/table';
import { WindowUnknownError } from '../../formats/datasets/tokens';
import { openModel } from '../../formats/model';
import { formatCount, formatNumber } from '../../wording/format-number';
import type { JobContext } from '../context/context';

/**
 * What a data file holds: its first rows and the counts of its labels, before anything is computed; or what must be said of
 * it first.
 * @throws UserError when it cannot be read
 */
export async function preview(
  { data, checkpoint, choices }: EngineRequests['preview']['request'],
  { signal }: JobContext,
): Promise<DataPreview> {
  try {
    const modelInput = async () => {
      if (checkpoint === undefined) return undefined;
      const { model } = await openModel(checkpoint, signal, undefined, choices);
      return model.inputs[0]?.shape.map((extent) => (extent > 0 ? extent : null));
    };
    const found = await previewDataset(data, { ...dataChoicesOf(choices), signal, modelInput });
    const { first } = found;
    return {
      format: found.format,
      size: sizeText(found.rows, found.testRows, first.inputs),
      rows: firstRows(first.inputs, first.labels),
      labels: labelText(found.labels),
      notes: found.notes,
    };
  } catch (error) {
    const ask = questionOf(error);
    if (!ask || !(error instanceof UserError)) throw error;
    return { format: '', size: '', rows: [], labels: '', notes: [error.message], ask };
  }
}

function questionOf(error: unknown): DataPreview['ask'] {
  if (error instanceof TargetUnknownError) return { what: 'target', columns: error.columns };
  if (error instanceof WindowUnknownError) return { what: 'window' };
  if (error instanceof DifferentSizesError) return { what: 'size' };
  return undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  Uint8Array: 'bytes',
  Float32Array: 'floats',
  Float64Array: 'floats',
};

const typeOf = ({ data }: NamedArray): string => TYPES[data.constructor.name] ?? 'whole numbers';

function sizeText(rows: number, test: number, inputs: readonly InputNamedArray[]): string {
  const each = inputs.map((input) => `${input.shape.slice(1).join(' × ') || 'one'} ${typeOf(input)}`);
  return `${formatCount(rows)} rows of ${each.join(' and ')}${test > 0 ? `, ${formatCount(test)} for the test` : ''}`;
}

const SHOWN_ROWS = 3;
/** A row of so many numbers is shown whole; of longer ones, the first few stand with the range of all: a line of a list holds no more. */
const WHOLE_ROW = 8;
const FIRST_NUMBERS = 5;

/** Few numbers as they are; of many their range. */
function rowText({ shape, data }: NamedArray, row: number): string {
  const width = data.length / shape[0];
  const values = Array.from(data.subarray(row * width, (row + 1) * width));
  if (width <= WHOLE_ROW) return values.map((value) => formatNumber(value, 4)).join(', ');
  let [least, most, sum] = [Infinity, -Infinity, 0];
  for (const value of values)
    [least, most, sum] = [Math.min(least, value), Math.max(most, value), sum + value];
  const begin = values.slice(0, FIRST_NUMBERS).map((value) => formatNumber(value, 4));
  return `${begin.join(', ')}, … (from ${formatNumber(least, 4)} to ${formatNumber(most, 4)}, mean ${formatNumber(sum / width, 4)})`;
}

function firstRows(inputs: readonly NamedArray[], labels: NamedArray): DataPreview['rows'] {
  return Array.from({ length: Math.min(SHOWN_ROWS, labels.shape[0]) }, (_, row) => ({
    inputs: inputs.map((input) => rowText(input, row)).join(' | '),
    label: rowText(labels, row),
  }));
}

const MOST_CLASSES = 1000;
const SHOWN_CLASSES = 5;

/** How often each class occurs, or of many how often the rarest and the most frequent do, one-hot ones too; of other targets their range. */
function labelText({ shape, data }: NamedArray): string {
  const width = data.length / shape[0];
  const counts = width === 1 ? countsOf(data) : oneHotCounts(data, width);
  if (counts) {
    const different = `${counts.length} different labels`;
    if (counts.length <= SHOWN_CLASSES)
      return `${different}: ${counts.map(([label, count]) => `${label} × ${formatCount(count)}`).join(', ')}`;
    const sizes = counts.map(([, count]) => count).sort((a, b) => a - b);
    const [fewest, most] = [sizes[0], sizes[sizes.length - 1]].map((size) => formatCount(size));
    return `${different}, of ${fewest === most ? fewest : `${fewest} to ${most}`} rows each`;
  }
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return `targets of ${shape.slice(1).join(' × ') || 'one number'}, from ${formatNumber(least, 4)} to ${formatNumber(most, 4)}`;
}

function countsOf(labels: ArrayLike<number>): [label: number, count: number][] | undefined {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isInteger(labels[i])) return undefined;
    counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
    if (counts.size > MOST_CLASSES) return undefined;
  }
  return [...counts].sort(([a], [b]) => a - b);
}

function oneHotCounts(data: ArrayLike<number>, width: number): [label: number, count: number][] | undefined {
  const labels: number[] = [];
  for (let from = 0; from < data.length; from += width) {
    let [one, sum] = [-1, 0];
    for (let i = 0; i < width; i++) {
      if (data[from + i] === 1) one = i;
      sum += Math.abs(data[from + i]);
    }
    if (one < 0 || sum !== 1) return undefined;
    labels.push(one);
  }
  return countsOf(labels);
}
