import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addCompare } from './cli/compare';
import { addExperiment } from './cli/experiment';
import { type LanesOnOptions, lanesOnOf, withLanesOn } from './cli/lanes-on';
import { type CliOptions, layerFor, withLineOptions, withMeasuringOptions } from './cli/options';
import { checkOutputs, writeReport } from './cli/output';
import { complain, onStdout, print } from './cli/print';
import { layerWithOwnData, withOwnNetwork } from './cli/python';
import { runJob } from './cli/run-job';
import { addSetup } from './cli/setup';
import { addShow } from './cli/show';
import { addRescale } from './cli/rescale';
import { summary } from './cli/summary';
import { addSurface } from './cli/surface';
import { addTask } from './cli/task';
import { addTrain } from './cli/train';
import { addWatch } from './cli/watch';
import { analyzeRequest, checkSameInput, interpolateRequest } from './settings/merge';
import { CancelledError, UserError, messageOf } from './core/errors';
import { printableLines } from './core/printable';
import type { Report } from './contract/report';
import { figuresSoFar } from './wording/figures-so-far';
import { VERSION } from './core/version';

/** The summary first: should a file not be written after all, the figures are not lost. */
async function deliver(report: Report, options: CliOptions): Promise<void> {
  print(summary(report, process.stdout.columns));
  await writeReport(report, options);
}

const program = new Command('landscape')
  .description('The loss landscape around a trained network: curvature and loss slices of saved checkpoints.')
  .version(VERSION)
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(printableLines(text.replace(/^error: /, '').replace('\n(', ' ('))),
  });

withLanesOn(
  withMeasuringOptions(
    program
      .command('analyze')
      .description('Hessian spectrum, trace, density and loss slices of a checkpoint')
      .argument('<checkpoint>', '.keras, .h5, .hdf5, .onnx, .pt2, model.json, or weights of PyTorch'),
  ),
).action(async (checkpoint: string, options: CliOptions & LanesOnOptions) => {
  const path = resolve(checkpoint);
  const asked = analyzeRequest(path, await layerWithOwnData([path], options));
  await checkOutputs(options, [path, asked.data]);
  const request = await withOwnNetwork(asked, options);
  const report = await runJob('analyze', request, `analyzing ${path}`, {
    found: figuresSoFar,
    ...(await lanesOnOf(path, options)),
  });
  await deliver(report, options);
});

withLanesOn(
  withLineOptions(
    withMeasuringOptions(
      program
        .command('interpolate')
        .description('loss and accuracy along the straight line through two checkpoints')
        .argument('<first>', 'the checkpoint at t = 0')
        .argument('<second>', 'the checkpoint at t = 1'),
    ),
  ),
).action(async (first: string, second: string, options: CliOptions & LanesOnOptions) => {
  const [from, to] = [resolve(first), resolve(second)];
  const layer = await layerWithOwnData([from, to], options);
  checkSameInput(layer, await layerFor(to, options), from, to);
  const asked = interpolateRequest(from, to, layer);
  await checkOutputs(options, [from, to, asked.data]);
  const request = await withOwnNetwork(asked, options, [from, to]);
  const lanesOn = await lanesOnOf(from, options);
  await deliver(await runJob('interpolate', request, `interpolating from ${from}`, lanesOn), options);
});

addTrain(program);
addCompare(program);
addRescale(program);
addExperiment(program);
addSurface(program);
addWatch(program);
addShow(program);
addSetup(program);
addTask(program);

/** Paths are relative to a folder that may have been deleted since the shell went there. */
function checkFolder(): void {
  try {
    process.cwd();
  } catch {
    throw new UserError('The folder that you are in does not exist any more: go to another one.');
  }
}

/** What a failure means to the shell: 2 for a mistake in the input, 130 when interrupted, 1 for a fault of ours. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CancelledError) return 130;
  complain(messageOf(error));
  return error instanceof UserError ? 2 : 1;
}

// A reader that has seen enough (`| head`) closes the pipe: no fault of anybody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  complain(`The ${onStdout()} could not be written: ${error.message}.`);
  process.exitCode = 2;
});

Promise.resolve()
  .then(checkFolder)
  .then(() => program.parseAsync())
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  });
