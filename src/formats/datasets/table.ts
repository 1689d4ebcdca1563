import { UserError } from '../../core/errors';
import type { DataRequest } from './choices';
import { classesOf, classNote, classNumbers } from './classes';
import type { DatasetSplit } from './split';
import type { NamedArray, Numbers } from './npy';

/** What the cells of a column are. */
export type ColumnKind = 'number' | 'truth' | 'text' | 'picture' | 'list' | 'other';

/** A column of a table as its cells were looked at. */
export interface ColumnFacts {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Which columns of a table are inputs and which the target. */
export interface ColumnRoles {
  readonly columns: readonly number[];
  /** One place, or several for targets of several numbers. */
  readonly target: readonly number[];
  readonly weights: number | undefined;
  readonly notes: readonly string[];
}

/** A table of which nothing says what is to be predicted: whoever asks a person offers its columns. */
export class TargetUnknownError extends UserError {
  constructor(
    message: string,
    readonly columns: readonly string[],
  ) {
    super(message);
  }
}

const USUAL_TARGET = /^(labels?|targets?|class|classes|y|output|outcome|fine_label|category)$/i;
const MOST_NAMED = 12;

const listed = (columns: readonly ColumnFacts[]): string => {
  const names = columns.slice(0, MOST_NAMED).map(({ name }) => name);
  return `${names.join(', ')}${columns.length > MOST_NAMED ? ` and ${columns.length - MOST_NAMED} more` : ''}`;
};

/**
 * Decides which columns are inputs and which the target: as stated, else the one column with a usual name for a target or,
 * where only the first or last column is text, that one; all others are inputs.
 * @throws TargetUnknownError where nothing says it; UserError for columns that are not there or cannot be inputs
 */
export function chooseColumns(
  path: string,
  columns: readonly ColumnFacts[],
  request: DataRequest,
): ColumnRoles {
  const placeOf = (asked: string | number): number => {
    const place = typeof asked === 'number' ? asked : columns.findIndex(({ name }) => name === String(asked));
    // A header of numbers has its names before its places.
    const number = place < 0 && /^\d+$/.test(String(asked)) ? Number(asked) : place;
    if (columns[number] !== undefined) return number;
    throw new UserError(
      `${path} has no column ${asked}; it has ${columns.length}: ${listed(columns)} (counted from 0).`,
    );
  };
  const notes: string[] = [];
  const target =
    request.target === undefined
      ? [inferTarget(path, columns, notes, request.columns === undefined)]
      : [request.target].flat().map((each) => placeOf(each));
  const weights = typeof request.sampleWeights === 'string' ? placeOf(request.sampleWeights) : undefined;
  const taken = new Set([...target, ...(weights === undefined ? [] : [weights])]);
  const inputs = request.columns?.map(placeOf) ?? columns.map((_, i) => i).filter((i) => !taken.has(i));
  if (inputs.length === 0)
    throw new UserError(`${path} has no column besides the target: its inputs are missing.`);
  const wrong = inputs.filter((i) => columns[i].kind === 'text' || columns[i].kind === 'other');
  const values = wrong.find((i) => columns[i].kind === 'other');
  if (values !== undefined)
    throw new UserError(
      `${path} has values in the column ${columns[values].name} that are neither numbers nor lists of them (such as dates or structures), which cannot be an input as they stand: name the input columns by "columns" in landscape.json (--columns), or write numbers in their place.`,
    );
  if (wrong.length > 0)
    throw new UserError(
      `${path} has text in ${wrong.length === 1 ? `the column ${columns[wrong[0]].name}` : `${wrong.length} columns (${listed(wrong.map((i) => columns[i]))})`}, which cannot be an input as it stands: name the input columns by "columns" in landscape.json (--columns), or write numbers in its place.`,
    );
  return { columns: inputs, target, weights, notes };
}

function inferTarget(
  path: string,
  columns: readonly ColumnFacts[],
  notes: string[],
  takesOthers: boolean,
): number {
  const usual = columns.flatMap(({ name }, i) => (USUAL_TARGET.test(name) ? [i] : []));
  const texts = columns.flatMap(({ kind }, i) => (kind === 'text' ? [i] : []));
  const atEnd = texts.length === 1 && (texts[0] === 0 || texts[0] === columns.length - 1);
  const found = usual.length === 1 ? usual[0] : usual.length === 0 && atEnd ? texts[0] : undefined;
  if (found === undefined)
    throw new TargetUnknownError(
      `${path} does not say which column is to be predicted: name it by "target" in landscape.json, or by --target; it has ${columns.length}: ${listed(columns)}.`,
      columns.map(({ name }) => name),
    );
  const others = columns.length - 1;
  const rest =
    others === 1 ? '; the other column is the input' : `; the other ${others} columns are the inputs`;
  notes.push(
    `The target is the column ${columns[found].name}, by its ${usual.length === 1 ? 'name' : 'text'}${takesOthers ? rest : ''}.`,
  );
  return found;
}

/** The cells of the columns that were chosen, row by row. */
export interface TableRows {
  readonly rows: number;
  /** Row-major, [rows, columns]. */
  readonly inputs: NamedArray;
  /** Numbers of one target column or of several, row-major; the texts of one. */
  readonly targets: Numbers | readonly string[];
  readonly weights?: Float64Array;
}

/** The classes of a target of text, which the training rows fix. */
export type Classes = readonly string[] | undefined;

/** The classes of a table's target, where it is text. */
export const classesOfTable = ({ targets }: TableRows): Classes =>
  isTexts(targets) ? classesOf(targets) : undefined;

const isTexts = (targets: TableRows['targets']): targets is readonly string[] => Array.isArray(targets);

/** Rows of a table as a part of a data set; targets of text become numbers of classes. */
export function splitOf(
  table: TableRows,
  names: readonly string[],
  classes: Classes,
  path: string,
): DatasetSplit {
  const { rows, inputs, targets, weights } = table;
  const name = names.join(', ');
  if (isTexts(targets) !== (classes !== undefined))
    throw new UserError(`${path} has other targets in "${name}" than the training rows: one has text there.`);
  const data = isTexts(targets) ? classNumbers(targets, classes ?? [], `"${name}" in ${path}`) : targets;
  return {
    rows,
    inputs: [inputs],
    labels: { name, shape: names.length === 1 ? [rows] : [rows, names.length], data },
    ...(weights ? { weights: { name: 'weights', shape: [rows], data: weights } } : {}),
  };
}

/** The order of the classes of a target of text, as a note. */
export const classesNote = (classes: Classes, names: readonly string[]): string[] =>
  classes ? [classNote(`the texts of "${names.join(', ')}"`, classes)] : [];

/** Whole numbers as 32-bit ones, others as they are. */
export function compact(values: Float64Array): Float64Array | Int32Array {
  for (const value of values) if (value !== (value | 0)) return values;
  return Int32Array.from(values);
}

/** Whole numbers from 0 to 255 as bytes, others as they are. */
export function asBytes(values: Float64Array): Float64Array | Uint8Array {
  for (const value of values) if (value !== (value & 0xff)) return values;
  return Uint8Array.from(values);
}
