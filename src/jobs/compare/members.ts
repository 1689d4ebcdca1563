import path from 'node:path';
import { readPlainText } from '../../files/plain-file';
import type { CompareRequest, ComparisonMember } from '../../contract/comparison';
import { type History, historySchema } from '../../contract/history';
import { runFileSchema } from '../../contract/run-file';
import { measuringShape } from '../../contract/analysis-schemas';
import type { AnalyzeRequest } from '../../contract/settings';
import { UserError } from '../../core/errors';
import { type Dataset, readDataset, rowShapes } from '../../formats/datasets/dataset';
import { trainedOn } from '../preparation/drawn-rows';
import { firstRowOf } from '../preparation/rows-read';

/**
 * What is known of the checkpoints of a comparison, as it was given or as it is found.
 * @throws UserError where one is named twice.
 */
export async function membersOf({ checkpoints, members }: CompareRequest): Promise<FoundMembers> {
  const twice = checkpoints.find((path, i) => checkpoints.indexOf(path) !== i);
  if (twice !== undefined) throw new UserError(`${twice} is given twice: name each checkpoint once.`);
  if (members && members.length !== checkpoints.length)
    throw new RangeError(`${members.length} members for ${checkpoints.length} checkpoints`);
  return members ? { members, notes: [] } : findMembers(checkpoints);
}

/** The analysis of one of the checkpoints of a comparison. */
export function requestOf(
  { settings }: CompareRequest,
  checkpoint: string,
  { trained }: ComparisonMember,
): AnalyzeRequest {
  // What is left out by how fast this machine is at the moment would differ from one checkpoint to the next.
  const { budgetSeconds: _, ...shared } = settings;
  return { ...shared, picture: false, checkpoint, ...(trained ? { trained } : {}) };
}

/** The data's shapes of rows, by which networks are built. */
export async function rowsOf(
  { settings, checkpoints }: CompareRequest,
  signal: AbortSignal,
): Promise<Pick<Dataset, 'sha256'> & { readonly shapes: ReturnType<typeof rowShapes> }> {
  const data = await readDataset(
    settings.data,
    firstRowOf({ ...settings, checkpoint: checkpoints[0] }, signal),
  );
  return { sha256: data.sha256, shapes: rowShapes(data) };
}

export interface FoundMembers {
  readonly members: readonly ComparisonMember[];
  readonly notes: readonly string[];
}

/**
 * What the paths of checkpoints, and a `history.json` beside them, say of each: a label of the last parts of the path
 * that differ, the run by its folder, the epoch, and what the run was trained with.
 */
export async function findMembers(checkpoints: readonly string[]): Promise<FoundMembers> {
  const labels = labelsOf(checkpoints);
  const folders = checkpoints.map((checkpoint) => path.dirname(path.resolve(checkpoint)));
  const histories = new Map<string, History | undefined>();
  const notes: string[] = [];
  for (const folder of new Set(folders)) {
    const file = path.join(folder, 'history.json');
    const { history, damaged } = await readHistory(file);
    histories.set(folder, history);
    if (damaged)
      notes.push(`${file} is no history of a run that is known here, so its settings are not used.`);
  }
  const runs = runNames(folders);
  const members = checkpoints.map((checkpoint, i): ComparisonMember => {
    const history = histories.get(folders[i]);
    const epoch = epochOf(checkpoint, history);
    const seed = history?.run['seed'];
    return {
      label: labels[i],
      path: checkpoint,
      run: runs[i],
      ...(typeof seed === 'number' && Number.isInteger(seed) ? { seed } : {}),
      ...(epoch === undefined ? {} : { epoch }),
      hyperparameters: history ? hyperparametersOf(history.run) : {},
      ...noiseIn(history),
    };
  });
  return { members, notes };
}

/** Of a run with label noise: with the labels of the data its loss would not be the one that it descended. */
function noiseIn(history: History | undefined): Pick<ComparisonMember, 'trained'> {
  const run = runFileSchema.safeParse(history?.run);
  const trained = run.success ? trainedOn(run.data) : undefined;
  return trained?.labelNoise === undefined ? {} : { trained };
}

/** A history grows with its epochs; a larger file is another thing under its name. */
const LARGEST_HISTORY = 256e6;

/** The history of a run, if it lies there; `damaged` where it is none that is known here. */
export async function readHistory(file: string): Promise<{ history?: History; damaged: boolean }> {
  const text = await readPlainText(file, LARGEST_HISTORY).catch(() => undefined);
  if (text === undefined) return { damaged: false };
  try {
    return { history: historySchema.parse(JSON.parse(text)), damaged: false };
  } catch {
    return { damaged: true };
  }
}

/** The last parts of each path that differ: without the folders that all share, and without an ending that all have. */
export function labelsOf(checkpoints: readonly string[]): string[] {
  const parts = checkpoints.map((checkpoint) => path.resolve(checkpoint).split(path.sep));
  const shortest = Math.min(...parts.map(({ length }) => length));
  const same = (at: (names: readonly string[]) => string | undefined) =>
    parts.every((names) => at(names) === at(parts[0]));
  let front = 0;
  while (front < shortest - 1 && same((names) => names[front])) front++;
  let back = 0;
  while (back < shortest - 1 - front && same((names) => names[names.length - 1 - back])) back++;
  const labels = parts.map((names) => names.slice(front, names.length - back).join('/'));
  const [ending] = labels.map((label) => path.posix.extname(label));
  const bare = labels.map((label) => label.slice(0, label.length - ending.length));
  const short = labels.every((label, i) => label.endsWith(ending) && !/(^|\/)$/.test(bare[i]));
  return short ? bare : labels;
}

/** The name of each folder: the last parts that differ, or its own name where there is only one. */
function runNames(folders: readonly string[]): string[] {
  const distinct = [...new Set(folders)];
  const names = distinct.length === 1 ? [path.basename(distinct[0])] : labelsOf(distinct);
  return folders.map((folder) => names[distinct.indexOf(folder)]);
}

/** The epoch that the file's name gives (`epoch-016.keras`, `weights.05-0.31.h5`), or the run's history. */
export function epochOf(checkpoint: string, history?: History): number | undefined {
  const name = path.basename(checkpoint);
  if (history?.best === name) return history.bestEpoch;
  const recorded = history?.epochs.find(
    (epoch) => epoch.checkpoint !== undefined && path.basename(epoch.checkpoint) === name,
  );
  if (recorded) return recorded.epoch;
  const named = /(?:^|[^a-z])(?:epoch|ep|ckpt|checkpoint|weights)[-_. =]?(\d{1,9})(?!\d)/i.exec(name);
  return named ? Number(named[1]) : undefined;
}

/** Keys of a run that are no hyperparameters: what it is called, what it reads, what it writes and measures. */
const NOT_HYPERPARAMETERS: ReadonlySet<string> = new Set([
  '$schema',
  'title',
  'data',
  'seed',
  'backend',
  'track',
  'checkpoints',
  ...Object.keys(measuringShape),
]);

/** The settings of a run by dotted keys, as `optimizer.learningRate`; lists as their JSON. */
export function hyperparametersOf(
  run: Readonly<Record<string, unknown>>,
): ComparisonMember['hyperparameters'] {
  const found: ComparisonMember['hyperparameters'] = {};
  const visit = (key: string, value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      found[key] = value;
    else if (Array.isArray(value)) found[key] = JSON.stringify(value);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) visit(`${key}.${name}`, inner);
  };
  for (const [key, value] of Object.entries(run)) if (!NOT_HYPERPARAMETERS.has(key)) visit(key, value);
  return found;
}
