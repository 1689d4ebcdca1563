import { type Command, InvalidArgumentError } from 'commander';
import { usualInterpreter } from '../python/command';

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

/** The options by which weights get their network from the person's own Python. */
const withNetwork = (command: Command): Command =>
  command
    .option(
      '--python <module:Class>',
      "run your Python once: the network of weights alone from your class or function, written beside them as a .pt2; also 'file.py:Class', 'notebook.ipynb:Class'",
    )
    .option(
      '--args <json>',
      "with --python: the class's arguments; the checkpoint's own hyper-parameters if left out",
      argumentsOf,
    );

const withInterpreter = (command: Command): Command =>
  command.option('--interpreter <path>', `with these: which Python (${usualInterpreter()})`);

/** The options by which the weights of a run get their network once. */
export const withNetworkOptions = (command: Command): Command => withInterpreter(withNetwork(command));

/** The options by which weights get their network, and data their rows, from the person's own Python. */
export const withPythonOptions = (command: Command): Command =>
  withInterpreter(
    withNetwork(command)
      .option(
        '--data-python <module:function>',
        'run your Python once: rows of the Dataset or DataLoader that your function gives, written beside the checkpoint as an .npz',
      )
      .option('--data-args <json>', "with --data-python: the function's arguments", argumentsOf),
  );
