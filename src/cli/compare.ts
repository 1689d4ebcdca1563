import { resolve } from 'node:path';
import { type Command } from 'commander';
import { cacheFolder } from '../settings/cache-folder';
import { compareRequest } from '../settings/merge';
import type { Comparison } from '../contract/comparison';
import { comparisonCsv } from '../wording/comparison-csv';
import { checkpointsOf } from './checkpoints-of';
import { comparisonSummary } from './comparison-summary';
import { type LanesOnOptions, lanesOnOf, withLanesOn } from './lanes-on';
import { type CliOptions, layersFor, withMeasuringOptions } from './options';
import { checkOutputs, documentPage, writeOutputs } from './output';
import { endIncomplete } from './end-incomplete';
import { keepStdoutFree, print } from './print';
import { layerWithOwnData, withOwnNetwork } from './python';
import { runJob } from './run-job';
import { spread } from './spread';
import type { CompareRequest } from '../contract/comparison';
import { type On, parseOn } from '../cluster/on';
import { UserError } from '../core/errors';

interface CompareOptions extends CliOptions, LanesOnOptions {
  readonly csv?: string;
  readonly barriers: boolean;
  /** A folder, true for the usual one, false for none. */
  readonly cache: string | boolean;
  readonly on?: On;
}

/** `landscape compare CHECKPOINT...` */
export function addCompare(program: Command): void {
  withLanesOn(
    withMeasuringOptions(
      program
        .command('compare')
        .description('measures of sharpness of several checkpoints, held against how well they generalize')
        .argument('<checkpoints...>', 'two to 200 checkpoints, or folders of them, measured alike'),
    ),
  )
    .option('--csv <file>', 'write a table, one row a checkpoint')
    .option('--no-barriers', 'leave out the loss barriers between pairs of checkpoints')
    .option(
      '--cache <folder>',
      'where finished reports are kept, to resume from; a folder of this user if left out',
    )
    .option('--no-cache', 'keep no finished reports, and compute all of them')
    .option(
      '--on <where>',
      'measure elsewhere: slurm[:PROFILE], local:N processes, or print:sbatch|kubernetes|snakemake',
      parseOn,
    )
    .action(async (checkpoints: string[], options: CompareOptions) => {
      const paths = await checkpointsOf(checkpoints, options);
      const asked = compareRequest(paths, await layerWithOwnData(paths, options), {
        barriers: options.barriers,
        ...(options.cache === false
          ? {}
          : { cache: typeof options.cache === 'string' ? resolve(options.cache) : cacheFolder() }),
      });
      await checkOutputs(options, [...paths, asked.settings.data]);
      const lanesOn = await lanesOnOf(paths[0], options);
      const own = { ...asked, settings: await withOwnNetwork(asked.settings, options, paths) };
      const request = options.on === undefined ? own : await measuredElsewhere(own, options.on, options);
      if (request === undefined) return;
      const comparison = await runJob('compare', request, `comparing ${paths.length} checkpoints`, {
        ...lanesOn,
        remains: () =>
          options.cache === false
            ? undefined
            : 'Reports that were finished are kept: the same command goes on from there.',
        early: ({ status, notes }) => (status === 'running' ? notes.map((note) => `Note: ${note}`) : []),
      });
      await deliverComparison(comparison, options);
    });
}

/**
 * The request once its reports have been made elsewhere and lie in the cache; undefined where what would make them was
 * printed instead.
 */
async function measuredElsewhere(
  request: CompareRequest,
  on: On,
  options: CompareOptions,
): Promise<CompareRequest | undefined> {
  const results = request.cache;
  if (results === undefined)
    throw new UserError('--on keeps reports where all processes see them: leave --no-cache out.');
  if (on.kind === 'print') keepStdoutFree();
  const planned = await runJob('planTasks', request, 'reading the checkpoints');
  // Where none can be read, the comparison itself says why.
  if (planned.tasks.length === 0) return request;
  const { file } = await layersFor(request.checkpoints[0], options);
  const done = await spread(on, {
    planned,
    title: request.title,
    results,
    resumes: false,
    settings: file,
  });
  if ('failures' in done) return { ...request, failures: done.failures };
  process.stdout.write(done.text);
  return undefined;
}

/** The summary first: should a file not be written after all, the figures are not lost. */
export async function deliverComparison(
  comparison: Comparison,
  { json, csv, html }: Pick<CompareOptions, 'json' | 'csv' | 'html'>,
): Promise<void> {
  print(comparisonSummary(comparison, process.stdout.columns));
  await writeOutputs([
    [json, () => `${JSON.stringify(comparison, undefined, 1)}\n`],
    [csv, () => comparisonCsv(comparison)],
    [html, () => documentPage(comparison, comparison.title)],
  ]);
  endIncomplete(comparison);
}
