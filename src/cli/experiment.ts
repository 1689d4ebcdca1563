import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { readExperimentFile } from '../settings/read-experiment';
import type { ExperimentReport } from '../contract/experiment';
import { printable } from '../core/printable';
import { experimentMarkdown } from './experiment-markdown';
import { experimentSummary } from './experiment-summary';
import { checkOutputs, documentPage, writeOutputs } from './output';
import { endIncomplete } from './end-incomplete';
import { print } from './print';
import { runJob } from './run-job';

interface ExperimentOptions {
  readonly out?: string;
  readonly json?: string;
  readonly html?: string;
  readonly markdown?: string;
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
    .action(async (file: string, options: ExperimentOptions) => {
      const path = resolve(file);
      await checkOutputs(options, [path]);
      const out = options.out === undefined ? defaultFolder(path) : resolve(options.out);
      const request = { file: await readExperimentFile(path), path, out };
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
