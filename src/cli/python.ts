import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { dataAnswerSchema, exportAnswerSchema } from '../contract/hand-over';
import { type AnalyzeRequest, dataChoicesOf } from '../contract/settings';
import { UserError } from '../core/errors';
import { answerOf } from '../python/answer';
import { commandLine, dataCommand, exportCommand, exportPathOf, usualInterpreter } from '../python/command';
import { complain } from './print';
import { runJob } from './run-job';
import { runPython } from './run-python';

/** What is said of the person's own code. */
export interface PythonOptions {
  readonly python?: string;
  readonly args?: unknown;
  readonly dataPython?: string;
  readonly dataArgs?: unknown;
  readonly interpreter?: string;
}

function argumentsOf(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null) return value;
  throw new InvalidArgumentError('Give a JSON object such as \'{"width": 4}\', or a list.');
}

/** What is said of data otherwise. */
interface DataOptions {
  readonly data?: string;
  readonly samples?: number | string;
}

/** The options by which weights get their network, and data their rows, from the person's own Python. */
export const withPythonOptions = (command: Command): Command =>
  command
    .option(
      '--python <module:Class>',
      "run your Python once: the network of weights alone from your class or function, written beside them as a .pt2; also 'file.py:Class', 'notebook.ipynb:Class'",
    )
    .option(
      '--args <json>',
      "with --python: the class's arguments; the checkpoint's own hyper-parameters if left out",
      argumentsOf,
    )
    .option(
      '--data-python <module:function>',
      'run your Python once: rows of the Dataset or DataLoader that your function gives, written beside the checkpoint as an .npz',
    )
    .option('--data-args <json>', "with --data-python: the function's arguments", argumentsOf)
    .option('--interpreter <path>', `with these: which Python (${usualInterpreter()})`);

/**
 * The request with the network that the person's own Python makes, where `--python` asks for that; nothing is run without it.
 * @throws UserError for what went wrong in their code or ours, in one sentence
 */
export async function withOwnNetwork(
  request: AnalyzeRequest,
  { python, args, interpreter = usualInterpreter() }: PythonOptions,
): Promise<AnalyzeRequest> {
  if (python === undefined) {
    if (args === undefined) return request;
    throw new UserError('--args goes with --python, which names the class that takes them.');
  }
  if (request.model !== undefined)
    throw new UserError(
      `${path.relative('', request.model) || request.model} is named as the network already (--model, or "model" in landscape.json): leave that or --python out.`,
    );
  const { checkpoint, weights: set, data } = request;
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

/** Rows that are written where nobody says how many. */
const USUAL_ROWS = 4096;

/**
 * The file of rows that the person's own loader gives, where `--data-python` asks for it.
 * @throws UserError for what went wrong, in one sentence
 */
export async function ownData(
  checkpoint: string,
  { dataPython, dataArgs, interpreter = usualInterpreter(), ...options }: PythonOptions & DataOptions,
): Promise<string | undefined> {
  if (dataPython === undefined) {
    if (dataArgs === undefined) return undefined;
    throw new UserError('--data-args goes with --data-python, which names the function that takes them.');
  }
  if (options.data !== undefined)
    throw new UserError('--data and --data-python both say which data: leave one out.');
  const name = dataPython.slice(dataPython.lastIndexOf(':') + 1);
  const out = path.join(path.dirname(checkpoint), `${name.replaceAll(/[^\w-]/g, '_')}.npz`);
  const rows = Number(String(options.samples ?? USUAL_ROWS).replace('first:', ''));
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
