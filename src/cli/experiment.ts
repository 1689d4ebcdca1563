import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { readExperimentFile } from '../settings/read-experiment';
import { type On, parseOn } from '../cluster/on';
import type { ExperimentReport, ExperimentRequest } from '../contract/experiment';
import { findSettings } from '../settings/find';
import { printable } from '../core/printable';
import { experimentMarkdown } from './experiment-markdown';
import { experimentSummary } from './experiment-summary';
import { checkOutputs, documentPage, writeOutputs } from './output';
import { endIncomplete } from './end-incomplete';
import { keepStdoutFree, print } from './print';
import { runJob } from './run-job';
import { spread } from './spread';

interface ExperimentOptions {
  readonly out?: string;
  readonly json?: string;
  readonly html?: string;
  readonly markdown?: string;
  readonly on?: On;
}

/** Experiments that come with the product: nothing is written beside them. */
const SHIPPED = join(__dirname, '..', 'media', 'experiments');

/** Where the runs of an experiment go by default: beside the file, under its name. */
function defaultFolder(path: string): string {
  const name = basename(path).replace(/(\.experiment)?\.json$/i, '');
  return dirname(path) === SHIPPED ? resolve('experiments', name) : join(dirname(path), name);
}

/** `landscape experiment FILE` */
export function addExperiment(program: Command): void {
  program
    .command('experiment')
    .description('trains, measures and compares the runs of an experiment file, and judges its claims')
    .argument('<file>', 'an experiment file: see media/experiments')
    .option('--out <folder>', 'where runs and results go, to resume from; beside the file if left out')
    .option('--json <file>', 'write the report as JSON')
    .option('--html <file>', 'write the report as one self-contained page')
    .option('--markdown <file>', 'write the report as Markdown')
    .option(
      '--on <where>',
      'train elsewhere: slurm[:PROFILE], local:N processes, or print:sbatch|kubernetes|snakemake',
      parseOn,
    )
    .action(async (file: string, options: ExperimentOptions) => {
      const path = resolve(file);
      await checkOutputs(options, [path]);
      const out = options.out === undefined ? defaultFolder(path) : resolve(options.out);
      const asked = { file: await readExperimentFile(path), path, out };
      const request = options.on === undefined ? asked : await trainedElsewhere(asked, options.on);
      if (request === undefined) return;
      const report = await runJob('experiment', request, `running ${file}`, {
        remains: () => 'What is finished is kept: the same command goes on from there.',
        // Who asked for barriers hears before hours of training that there will be none.
        early: ({ status, notes }) =>
          status === 'running'
            ? notes.filter((note) => /barrier/.test(note)).map((note) => `Note: ${note}`)
            : [],
      });
      await deliver(report, options, `landscape experiment ${relative('', path)}`);
      print(`Runs and results are in ${printable(relative('', out) || out)}`);
      endIncomplete(report);
    });
}

/**
 * The request once its runs have been trained elsewhere and lie in its folder; undefined where what would train them was
 * printed instead.
 */
async function trainedElsewhere(request: ExperimentRequest, on: On): Promise<ExperimentRequest | undefined> {
  if (on.kind === 'print') keepStdoutFree();
  const planned = await runJob('planRuns', request, `reading ${request.path}`);
  const done = await spread(on, {
    planned,
    title: request.file.title,
    results: join(request.out, 'results'),
    resumes: true,
    settings: (await findSettings(request.path))?.settings ?? {},
  });
  if ('failures' in done) return { ...request, failures: done.failures };
  process.stdout.write(done.text);
  return undefined;
}

/** The summary first: should a file not be written after all, the figures are not lost. */
async function deliver(
  report: ExperimentReport,
  { json, html, markdown }: ExperimentOptions,
  command: string,
): Promise<void> {
  print(experimentSummary(report, process.stdout.columns));
  await writeOutputs([
    [json, () => `${JSON.stringify(report, undefined, 1)}\n`],
    [html, () => documentPage(report, report.title)],
    [markdown, () => experimentMarkdown(report, command)],
  ]);
}
