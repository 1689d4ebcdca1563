import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RequestLayer } from '../settings/merge';
import type { Settings } from '../contract/settings';

type Place = string | number;
type Size = number | readonly number[];

/** What the options say of data that do not say it themselves. */
export interface DataOptions {
  readonly target?: readonly Place[];
  readonly columns?: readonly Place[];
  readonly header?: boolean;
  readonly window?: number;
  readonly tokens?: 'uint16' | 'uint32';
  readonly resize?: Size;
  readonly crop?: Size;
  readonly color?: 'rgb' | 'gray';
}

/** Names of columns, or their places from 0, with commas between. */
const places = (text: string): Place[] =>
  text.split(',').map((each) => (/^\d+$/.test(each) ? Number(each) : each));

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return Number(text);
}

/** `224`, or `240x320` of height and width. */
function size(text: string): Size {
  const parts = text.split('x').map(positive);
  if (parts.length > 2) throw new InvalidArgumentError('Give one number, or HEIGHTxWIDTH.');
  return parts.length === 1 ? parts[0] : parts;
}

/** The options about data files. */
export function withDataOptions(command: Command): Command {
  return command
    .option('--target <columns>', 'what is predicted: a column of a table by name or place from 0', places)
    .option('--columns <list>', 'input columns of a table, by name or place; all but the target', places)
    .option('--header', 'the first line of a CSV names its columns; by its cells if left out')
    .option('--no-header', 'the first line of a CSV is a row')
    .option('--window <n>', "tokens of a row, of token ids; the model's own length if left out", positive)
    .addOption(
      new Option('--tokens <type>', 'how a file of bare token ids stores them').choices(['uint16', 'uint32']),
    )
    .option('--resize <size>', 'pixels of the shorter side of pictures, or HEIGHTxWIDTH (antialiased)', size)
    .option('--crop <size>', 'pixels of the middle of pictures that are kept', size)
    .addOption(new Option('--color <what>', 'colors of pictures').choices(['rgb', 'gray']));
}

/** The options as settings, the pictures' over those of the settings file. */
export function dataLayer(options: DataOptions, { image }: Settings): RequestLayer {
  const { target, columns, header, window, tokens, resize, crop, color } = options;
  const given = Object.entries({ resize, crop, color }).filter(([, value]) => value !== undefined);
  const layer = {
    target: target?.length === 1 ? target[0] : target,
    columns,
    header,
    window,
    tokens,
    ...(given.length > 0 ? { image: { ...image, ...Object.fromEntries(given) } } : {}),
  };
  // The request is checked as a whole.
  return layer as RequestLayer;
}
