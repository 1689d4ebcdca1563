import type { Command } from 'commander';
import * as z from 'zod';
import { UserError } from '../core/errors';
import { QUESTION, setUpCuda } from '../jobs/setup/cuda';
import { usualInterpreter } from '../python/command';
import { print } from './print';
import { runPython } from './run-python';

const pythonSchema = z.object({ executable: z.string(), version: z.string(), path: z.array(z.string()) });

/** `landscape setup cuda` */
export function addSetup(program: Command): void {
  program
    .command('setup')
    .description(
      'what a backend takes beyond what is installed: what is there, what is missing, how to get it',
    )
    .argument('<backend>', 'cuda')
    .option('--interpreter <python>', 'the Python whose CUDA libraries are used (PyTorch brings them)')
    .action(async (backend: string, { interpreter = usualInterpreter() }: { interpreter?: string }) => {
      if (backend !== 'cuda')
        throw new UserError(
          `There is nothing to set up for "${backend}": "landscape setup cuda" is for NVIDIA cards.`,
        );
      if (process.platform !== 'linux' || process.arch !== 'x64')
        throw new UserError('CUDA is for Linux on x64 here; --backend webgpu takes any graphics processor.');
      const { stdout } = await runPython([interpreter, '-c', QUESTION]);
      const python = pythonSchema.safeParse(jsonOf(stdout)).data;
      if (!python)
        throw new UserError(`${interpreter} does not answer as a Python does: name one by --interpreter.`);
      const { lines, install } = await setUpCuda(python);
      print(lines.join('\n'));
      if (install === undefined) return print('\nAll parts are there: --backend cuda uses them.');
      print(`\nThis installs what is missing, into a folder of its own:\n  ${install}\n`);
      throw new UserError('CUDA is not complete: run that line, then this again.');
    });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}
