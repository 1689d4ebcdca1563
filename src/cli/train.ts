import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { readRunFile, runFolder, runName } from '../settings/read-run-file';
import { EngineCrash } from '../engine/client';
import { CancelledError, UserError, messageOf } from '../core/errors';
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
      const hasState = () => existsSync(join(folder, 'state.bin'));
      const command = ['landscape train', word(file), ...(out === undefined ? [] : ['--out', word(out)])];
      const goesOn = () =>
        hasState()
          ? `The run can go on from its last state in ${shown}: ${command.join(' ')}`
          : 'The run had written no state yet, and begins anew when it is started again.';
      try {
        const history = await runJob('train', request, `training by ${file}`, { remains: goesOn });
        print(trainSummary(history, shown, process.stdout.columns));
      } catch (error) {
        if (error instanceof CancelledError && hasState())
          complain(`Stopped. The same command goes on from the state in ${shown}.`);
        const isTold = [UserError, CancelledError, EngineCrash].some((kind) => error instanceof kind);
        // A lane that died, mostly.
        throw isTold ? error : new Error(`${messageOf(error)} ${goesOn()}`, { cause: error });
      }
    });
}

/** A word of a command line, in quotes where a shell would take it for several or for something else. */
const word = (text: string): string =>
  /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
