import { UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import { besideNote, testBeside } from './beside';
import type { DataRequest } from './choices';
import { classesNote, compact } from './table';
import { classesOf, classNumbers } from './classes';
import type { DatasetSplit } from './split';
import type { DataFormat, OpenedData } from './format';
import { openTokens } from './tokens';

/** Lines of JSON with token ids: `{"input_ids": [...]}`, `{"input_ids": [...], "label": 1}` or bare lists. */
export const jsonLines: DataFormat = {
  name: 'JSON lines',
  extensions: ['.jsonl', '.ndjson'],
  what: 'JSON lines of token ids, with a label a line or as one stream',
  recognizes: ({ path, head, isFolder }) =>
    !isFolder && (/\.(jsonl|ndjson)$/i.test(path) || looksLikeLines(head)),
  find({ path }) {
    const test = testBeside([path]);
    return { files: [path, ...test], open: (sources, request) => openLines(sources, request) };
  },
};

/** A first line that is an object or a list by itself, with another behind it. */
function looksLikeLines(head: Uint8Array): boolean {
  const [first, second] = new TextDecoder('latin1').decode(head).split('\n');
  if (second === undefined || !/^\s*[[{]/.test(first) || !/^\s*[[{]/.test(second)) return false;
  try {
    return typeof JSON.parse(first) === 'object';
  } catch {
    return false;
  }
}

const IDS = ['input_ids', 'tokens', 'ids', 'token_ids'];
const LABELS = ['label', 'labels', 'target'];

/** One line as read. */
interface Line {
  readonly ids: readonly number[];
  readonly label: number | string | undefined;
}

const BLOCK = 1 << 20;

/** The file's lines, one at a time. */
function* linesOf(source: FileSource): Generator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for (let at = 0; at < source.size; at += BLOCK) {
    const bytes = source.read(at, Math.min(BLOCK, source.size - at));
    const lines = (rest + decoder.decode(bytes, { stream: at + BLOCK < source.size })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

function readLines(source: FileSource, { target, columns }: DataRequest): Line[] {
  const found: Line[] = [];
  let number = 0;
  const ids = columns?.[0] === undefined ? IDS : [String(columns[0])];
  const labels = target === undefined ? LABELS : [target].flat().map(String);
  for (const text of linesOf(source)) {
    number++;
    if (text.trim() === '') continue;
    found.push(lineOf(text, number, source.name, { ids, labels }));
  }
  if (found.length === 0) throw new UserError(`${source.name} has no lines.`);
  return found;
}

function lineOf(
  text: string,
  number: number,
  path: string,
  { ids, labels }: { readonly ids: readonly string[]; readonly labels: readonly string[] },
): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${path}: line ${number} is no JSON; write it again.`);
  }
  const entry = (names: readonly string[]): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? names.map((name) => (value as Record<string, unknown>)[name]).find((each) => each !== undefined)
      : undefined;
  const list = Array.isArray(value) ? (value as unknown[]) : entry(ids);
  if (!Array.isArray(list) || !list.every((id) => Number.isSafeInteger(id)))
    throw new UserError(
      `${path}: line ${number} has no list of token ids under ${ids.join(', ')}: write the ids that the model's tokenizer gives, or name the list by "columns".`,
    );
  const label = entry(labels);
  const isLabel = typeof label === 'number' || typeof label === 'string';
  return { ids: list as number[], label: isLabel ? label : undefined };
}

async function openLines(sources: readonly FileSource[], request: DataRequest): Promise<OpenedData> {
  const [train, test] = sources.map((source) => readLines(source, request));
  const path = sources[0].name;
  const beside = besideNote(sources.slice(1).map(({ name }) => name));
  const labelled = train.filter(({ label }) => label !== undefined).length;
  if (labelled > 0 && labelled < train.length)
    throw new UserError(
      `${path} has labels in ${labelled} of ${train.length} lines: write one in each, or in none.`,
    );
  if (labelled > 0) return labelledRows(path, train, test, beside);
  const stream = (lines: readonly Line[]) => Int32Array.from(lines.flatMap(({ ids }) => ids));
  const opened = await openTokens({ path, train: stream(train), test: test && stream(test) }, request);
  return {
    ...opened,
    notes: [
      `The ids of ${train.length} lines were joined to one stream, in order.`,
      ...opened.notes,
      ...beside,
    ],
  };
}

function labelledRows(
  path: string,
  train: readonly Line[],
  test: readonly Line[] | undefined,
  notes: readonly string[],
): OpenedData {
  const isText = train.some(({ label }) => typeof label === 'string');
  const classes = isText ? classesOf(train.map(({ label }) => String(label))) : undefined;
  const part = (lines: readonly Line[]) => ({
    rows: lines.length,
    byRow: false,
    read: () => splitOfLines(path, lines, classes),
  });
  return {
    train: part(train),
    ...(test ? { test: part(test) } : {}),
    notes: [...notes, ...classesNote(classes, ['label'])],
  };
}

function splitOfLines(
  path: string,
  lines: readonly Line[],
  classes: readonly string[] | undefined,
): DatasetSplit {
  const width = lines[0].ids.length;
  const odd = lines.findIndex(({ ids }) => ids.length !== width);
  if (odd >= 0)
    throw new UserError(
      `${path}: row ${odd} has ${lines[odd].ids.length} token ids and the first ${width}: pad or cut them to one length, as they were in training.`,
    );
  const ids = new Int32Array(lines.length * width);
  lines.forEach((line, row) => ids.set(line.ids, row * width));
  const labels = classes
    ? classNumbers(
        lines.map(({ label }) => String(label)),
        classes,
        `the labels in ${path}`,
      )
    : compact(Float64Array.from(lines, ({ label }) => Number(label)));
  return {
    rows: lines.length,
    inputs: [{ name: 'input_ids', shape: [lines.length, width], data: ids }],
    labels: { name: 'label', shape: [lines.length], data: labels },
  };
}
