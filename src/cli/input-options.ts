import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Settings } from '../contract/settings';
import { USUAL_SCALINGS } from '../contract/usual-scalings';

/** What the options say of how inputs go into the network. */
export interface InputOptions {
  readonly normalize?: string;
  readonly inputScale?: number;
  readonly inputMean?: readonly number[];
  readonly inputStd?: readonly number[];
  readonly inputLayout?: 'NHWC' | 'NCHW';
}

const NUMBER = String.raw`-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const FRACTION = new RegExp(`^(${NUMBER})(?:/(${NUMBER}))?$`, 'i');

/** `0.5`, or `1/255`. */
function fraction(text: string): number {
  const [, over, under = '1'] = FRACTION.exec(text.replaceAll(/\s/g, '')) ?? [];
  const value = over === undefined ? NaN : Number(over) / Number(under);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Give a number, or a fraction such as 1/255.');
  return value;
}

const fractions = (text: string): number[] => text.split(',').map(fraction);

const NONE = 'none';

/** The options about how inputs are scaled, under the words of `landscape.json`. */
export function withInputOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--normalize <which>',
        'how bytes go in: divided by 255, and by a usual mean and deviation; none as they are',
      ).choices([...USUAL_SCALINGS.map(({ id }) => id), NONE]),
    )
    .option('--input-scale <factor>', 'factor of the inputs, such as 1/255 for bytes', fraction)
    .option('--input-mean <list>', 'subtracted after scaling: one number, or one a channel', fractions)
    .option('--input-std <list>', 'divides last: one number, or one a channel', fractions)
    .addOption(new Option('--input-layout <axes>', "the order of the data's axes").choices(['NHWC', 'NCHW']));
}

/**
 * The `input` settings by the options, over those of the settings file: a usual way in the place of its scale, mean and
 * deviation. Undefined where no option speaks.
 */
export function inputLayer(
  { normalize, inputScale, inputMean, inputStd, inputLayout }: InputOptions,
  { input: file }: Settings,
): Settings['input'] {
  const usual = USUAL_SCALINGS.find(({ id }) => id === normalize)?.input;
  const { scale: _, mean: __, std: ___, ...others } = file ?? {};
  const given = Object.entries({
    ...(usual && {
      scale: fraction(usual.scale),
      ...(usual.mean && { mean: [...usual.mean] }),
      ...(usual.std && { std: [...usual.std] }),
    }),
    ...(normalize === NONE ? { scale: 1 } : {}),
    ...defined({ scale: inputScale, mean: inputMean, std: inputStd, layout: inputLayout }),
  });
  if (given.length === 0) return undefined;
  return { ...(normalize === undefined ? file : others), ...Object.fromEntries(given) };
}

const defined = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
