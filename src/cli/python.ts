import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataAnswerSchema, exportAnswerSchema } from '../contract/hand-over';
import { type AnalyzeRequest, type DataChoices, dataChoicesOf } from '../contract/settings';
import { isCheckpointName } from '../contract/checkpoint-names';
import { UserError } from '../core/errors';
import { answerOf } from '../python/answer';
import {
  commandLine,
  dataCommand,
  dataPathOf,
  exportCommand,
  exportPathOf,
  usualInterpreter,
} from '../python/command';
import type { RequestLayer } from '../settings/merge';
import { type CliOptions, layerFor } from './options';
import { type Outputs, checkOutputs } from './output';
import { complain } from './print';
import type { PythonOptions } from './python-options';
import { runJob } from './run-job';
import { runPython } from './run-python';
import { countOf } from '../core/asked-rows';

/** What of a request decides which network is written, and from what. */
type Wanted = Pick<AnalyzeRequest, 'model' | 'weights' | 'data'> & DataChoices;

/**
 * Whether the network is to be written by the person's Python.
 * @throws UserError where options do not go together.
 */
export function isOwnNetwork<T extends PythonOptions>(
  { model }: Pick<AnalyzeRequest, 'model'>,
  options: T,
): options is T & { readonly python: string } {
  if (options.python === undefined) {
    if (options.args === undefined) return false;
    throw new UserError('--args goes with --python, which names the class that takes them.');
  }
  if (model === undefined) return true;
  throw new UserError(
    `${path.relative('', model) || model} is named as the network already (--model, or "model" in landscape.json): leave that or --python out.`,
  );
}

/** What the person's Python is handed, in a temporary folder. */
export type Handed = Awaited<ReturnType<typeof handOver>>;

/** @throws UserError for weights that cannot be read. */
export const handOver = (checkpoint: string, request: Wanted, folder: string) =>
  runJob(
    'handOver',
    { checkpoint, weights: request.weights, data: request.data, choices: dataChoicesOf(request), folder },
    `reading ${checkpoint}`,
  );

/**
 * Runs the person's Python, which writes the network.
 * @throws UserError for what went wrong in their code or ours, in one sentence
 */
export async function writeNetwork(
  { weights = '', example }: Handed,
  { python, args, interpreter = usualInterpreter() }: PythonOptions & { readonly python: string },
  out: string,
): Promise<void> {
  const command = exportCommand({
    interpreter,
    dist: __dirname,
    model: python,
    args,
    weights,
    example,
    out,
  });
  complain(`Running ${commandLine(command)}`);
  const { code, stdout } = await runPython(command);
  const done = answerOf(exportAnswerSchema, stdout, { interpreter, code });
  const name = path.relative('', out);
  complain(
    `Wrote ${name}, the network of ${python} (torch ${done.torch}). Other weights of it are read with --model ${name}.`,
  );
}

/** Does something with a temporary folder, which is gone when it has ended. */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'landscape-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A request with the network that the person's own Python makes, where `--python` asks for that; nothing is run without it.
 * @param checkpoints all that are measured: those of the same network get theirs from the first that lacks one
 * @throws UserError for what went wrong in their code or ours, in one sentence
 */
export async function withOwnNetwork<T extends AnalyzeRequest>(
  request: T,
  options: PythonOptions,
  checkpoints: readonly string[] = [request.checkpoint],
): Promise<T> {
  if (!isOwnNetwork(request, options)) return request;
  const checkpoint = checkpoints.find((each) => !isCheckpointName(each)) ?? request.checkpoint;
  const out = exportPathOf(checkpoint);
  await inTemporaryFolder(async (folder) =>
    writeNetwork(await handOver(checkpoint, request, folder), options, out),
  );
  return { ...request, model: out };
}

/**
 * The settings of the first of these checkpoints, with the rows of the person's own loader where `--data-python` asks for them.
 * Where reports go is checked before anything of theirs is run.
 * @throws UserError for what went wrong, in one sentence
 */
export async function layerWithOwnData(
  checkpoints: readonly string[],
  options: CliOptions & Outputs,
): Promise<RequestLayer> {
  const [first] = checkpoints;
  await checkOutputs(options, checkpoints);
  const data = await ownData(first, options);
  return layerFor(first, data === undefined ? options : { ...options, data });
}

/** Rows that are written where nobody says how many. */
const USUAL_ROWS = 4096;

/**
 * The file of rows that the person's own loader gives, where `--data-python` asks for it.
 * @throws UserError for what went wrong, in one sentence
 */
async function ownData(
  checkpoint: string,
  { dataPython, dataArgs, interpreter = usualInterpreter(), ...options }: CliOptions,
): Promise<string | undefined> {
  if (dataPython === undefined) {
    if (dataArgs === undefined) return undefined;
    throw new UserError('--data-args goes with --data-python, which names the function that takes them.');
  }
  if (options.data !== undefined)
    throw new UserError('--data and --data-python both say which data: leave one out.');
  const name = dataPython.slice(dataPython.lastIndexOf(':') + 1);
  const out = dataPathOf(checkpoint, name);
  const rows = countOf(options.samples ?? USUAL_ROWS);
  const command = dataCommand({
    interpreter,
    dist: __dirname,
    loader: dataPython,
    args: dataArgs,
    rows,
    out,
  });
  complain(`Running ${commandLine(command)}`);
  const { code, stdout } = await runPython(command);
  const done = answerOf(dataAnswerSchema, stdout, { interpreter, code });
  const all = done.total !== null && done.total > done.rows ? ` of ${done.total}` : '';
  const file = path.relative('', out);
  complain(`Wrote ${file}: ${done.rows}${all} rows of ${dataPython}. From now on --data ${file} has them.`);
  return out;
}
