import { resolve } from 'node:path';
import type { Command } from 'commander';
import { contentsText } from '../wording/contents-text';
import { checkOutputs, writeOutputs } from './output';
import { print } from './print';
import { runJob } from './run-job';

interface ShowOptions {
  readonly json?: string;
  readonly histogram?: string;
  readonly spectra?: boolean;
  readonly all?: boolean;
}

/** `landscape show FILE...` */
export function addShow(program: Command): void {
  program
    .command('show')
    .description(
      'what is inside of checkpoints and files of arrays, without data: tensors, their numbers, differences',
    )
    .argument('<files...>', 'one file; two to compare; of more, each against the first')
    .option('--histogram <tensor>', 'how the numbers of one tensor are spread')
    .option('--spectra', 'singular values of all matrices, large ones too')
    .option('--all', 'read every number of large files, not a sample')
    .option('--json <file>', 'write what is shown as JSON')
    .action(async (files: readonly string[], { json, histogram, spectra, all }: ShowOptions) => {
      const paths = files.map((file) => resolve(file));
      await checkOutputs(json === undefined ? {} : { json }, paths);
      const found = await runJob('show', { files: paths, histogram, spectra, all }, `reading ${paths[0]}`);
      print(contentsText(found));
      await writeOutputs([[json, () => `${JSON.stringify(found, undefined, 2)}\n`]]);
    });
}
