import path from 'node:path';

/** What a script of ours is started with: the program, then its arguments. */
export type Command = readonly [program: string, ...arguments_: string[]];

/** The folder of our scripts, seen from the bundles. */
const scriptsFrom = (dist: string): string => path.join(dist, '..', 'media', 'python');

interface Started {
  /** The Python that is run. */
  readonly interpreter: string;
  /** The folder of the bundles. */
  readonly dist: string;
  /** The arguments of the person's class or function, as JSON. */
  readonly args?: unknown;
  /** A file for the answer; it is the last line on stdout if left out. */
  readonly result?: string | undefined;
}

const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value];

const json = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

/** The command that writes the network of a file of weights: `model` is `module:Class`, `file.py:Class` or a notebook's. */
export function exportCommand({
  interpreter,
  dist,
  args,
  result,
  ...files
}: Started & {
  readonly model: string;
  readonly weights: string;
  readonly example: string | undefined;
  readonly out: string;
}): Command {
  const { model, weights, example, out } = files;
  return [
    interpreter,
    path.join(scriptsFrom(dist), 'export_model.py'),
    ...['--model', model],
    ...option('--args', json(args)),
    ...['--weights', weights],
    ...option('--example', example),
    ...['--out', out],
    ...option('--result', result),
  ];
}

/** The command that writes rows of a loader: `loader` is `module:function`, `file.py:function` or a notebook's. */
export function dataCommand({
  interpreter,
  dist,
  args,
  result,
  loader,
  rows,
  out,
}: Started & { readonly loader: string; readonly rows: number; readonly out: string }): Command {
  return [
    interpreter,
    path.join(scriptsFrom(dist), 'export_data.py'),
    ...['--loader', loader],
    ...option('--args', json(args)),
    ...['--rows', String(rows)],
    ...['--out', out],
    ...option('--result', result),
  ];
}

/** The file of a network that is written for a checkpoint: NAME.pt2 beside it. */
export function exportPathOf(checkpoint: string): string {
  const { dir, base } = path.parse(checkpoint);
  return path.join(dir, `${base.replace(/(\.safetensors\.index\.json|\.pth\.tar|\.[^.]+)$/i, '')}.pt2`);
}

/** The file of rows that a loader of this name gives for a checkpoint: NAME.npz beside it. */
export const dataPathOf = (checkpoint: string, loader: string): string =>
  path.join(path.dirname(checkpoint), `${loader.replaceAll(/[^\w-]/g, '_')}.npz`);

/** A word as a shell reads it, of Windows (both of its shells) or of all others. */
function quoted(word: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word) && (platform === 'win32' || !word.includes('\\'))) return word;
  return platform === 'win32' ? `"${word.replaceAll('"', '\\"')}"` : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command as one would type it. */
export const commandLine = (command: Command, platform: NodeJS.Platform = process.platform): string =>
  command.map((word) => quoted(word, platform)).join(' ');

/** The Python that a terminal finds, an active environment's first. */
export function usualInterpreter(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (platform !== 'win32') return 'python3';
  return environment.VIRTUAL_ENV !== undefined || environment.CONDA_PREFIX !== undefined ? 'python' : 'py';
}
