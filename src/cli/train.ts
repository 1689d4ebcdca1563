import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { readRunFile, runFolder, runName } from '../settings/read-run-file';
import { CancelledError } from '../core/errors';
import { complain, print } from './print';
import { runJob } from './run-job';
import { trainSummary } from './train-summary';

/** `landscape train RUNFILE` */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('trains by a run file; a run that was stopped goes on where it stood')
    .argument('<runfile>', 'a run file (JSON): model, data, optimizer, schedule')
    .option('--out <folder>', 'where checkpoints and history.json go; beside the run file if left out')
    .action(async (file: string, { out }: { out?: string }) => {
      const path = resolve(file);
      const folder = out === undefined ? runFolder(path) : resolve(out);
      const run = await readRunFile(path);
      const request = { run, name: run.title ?? runName(path), file, out: folder, resume: true };
      const shown = relative('', folder) || folder;
      try {
        const history = await runJob('train', request, `training by ${file}`);
        print(trainSummary(history, shown, process.stdout.columns));
      } catch (error) {
        if (error instanceof CancelledError && existsSync(join(folder, 'state.bin')))
          complain(`Stopped. The same command goes on from the state in ${shown}.`);
        throw error;
      }
    });
}
