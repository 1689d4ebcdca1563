import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataAnswerSchema, exportAnswerSchema } from '../contract/hand-over';
import { type AnalyzeRequest, dataChoicesOf } from '../contract/settings';
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

/**
 * A request with the network that the person's own Python makes, where `--python` asks for that; nothing is run without it.
 * @param checkpoints all that are measured: those of the same network get theirs from the first that lacks one
 * @throws UserError for what went wrong in their code or ours, in one sentence
 */
export async function withOwnNetwork<T extends AnalyzeRequest>(
  request: T,
  { python, args, interpreter = usualInterpreter() }: PythonOptions,
  checkpoints: readonly string[] = [request.checkpoint],
): Promise<T> {
  if (python === undefined) {
    if (args === undefined) return request;
    throw new UserError('--args goes with --python, which names the class that takes them.');
  }
  if (request.model !== undefined)
    throw new UserError(
      `${path.relative('', request.model) || request.model} is named as the network already (--model, or "model" in landscape.json): leave that or --python out.`,
    );
  const { weights: set, data } = request;
  const checkpoint = checkpoints.find((each) => !isCheckpointName(each)) ?? request.checkpoint;
  const folder = await mkdtemp(path.join(tmpdir(), 'landscape-'));
  try {
    const { weights = '', example } = await runJob(
      'handOver',
      { checkpoint, weights: set, data, choices: dataChoicesOf(request), folder },
      `reading ${checkpoint}`,
    );
    const out = exportPathOf(checkpoint);
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
    return { ...request, model: out };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
