import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { findSettings } from '../settings/find';
import { type RequestLayer, mergeLayers } from '../settings/merge';
import { readSettings } from '../settings/read';
import { positive } from './positive';
import { type DataOptions, dataLayer, withDataOptions } from './data-options';
import { type InputOptions, inputLayer, withInputOptions } from './input-options';
import { type PythonOptions, withPythonOptions } from './python-options';
import { MEASURES, type MeasureId } from '../contract/measures';
import {
  ANALYSIS_SETTINGS,
  ANALYSIS_SETTING_NAMES,
  type AnalysisSetting,
  type AnalysisSettingName,
} from '../contract/analysis-settings';
import type { Settings } from '../contract/settings';
import { LOSSES, OUTPUTS, PENALTIES } from '../contract/vocabulary';

/** What the options of the measuring commands parse to. */
export interface CliOptions
  extends DataOptions, InputOptions, PythonOptions, Partial<Record<AnalysisSettingName, unknown>> {
  readonly data?: string;
  readonly config?: string;
  readonly output?: string;
  readonly fixed?: readonly string[];
  readonly variant?: string;
  readonly model?: string;
  readonly weights?: string;
  readonly loss?: string;
  readonly outputs?: string;
  readonly labelSmoothing?: number;
  readonly classWeights?: readonly number[];
  readonly sampleWeights?: boolean | string;
  readonly penalties?: string;
  readonly samples?: number | string;
  readonly json?: string;
  readonly html?: string;
  readonly points?: number;
  readonly from?: number;
  readonly to?: number;
  readonly curve?: boolean;
  readonly curveSteps?: number;
  readonly curveRate?: number;
  readonly curveBatch?: number;
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`Give a whole number of at least ${least}.`);
    return value;
  };
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
  return value;
}

const names = (text: string): string[] => text.split(',');
const numbers = (text: string): number[] => text.split(',').map(number);

function samples(text: string): number | string {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  if (/^first:[1-9]\d*$/.test(text)) return text;
  throw new InvalidArgumentError('Give a count of rows (a seeded random subset), or first:N.');
}

/** Collects the measures named one by one. A checkpoint that stands behind the option would count as one. */
function measureIds(id: string, before: unknown): readonly MeasureId[] {
  const known = MEASURES.find((each) => each === id);
  if (!known)
    throw new InvalidArgumentError(
      `There is no such measure; checkpoints go before --measures. There are ${MEASURES.join(', ')}.`,
    );
  return [...(Array.isArray(before) ? (before as readonly MeasureId[]) : []), known];
}

/** The option of a setting of the table; a flag that is on has one that turns it off. */
function optionOf(name: AnalysisSettingName): Option {
  const setting: AnalysisSetting = ANALYSIS_SETTINGS[name];
  const { kind, help } = setting;
  switch (kind) {
    case 'count':
      return new Option(`--${name} <${setting.placeholder}>`, help).argParser(whole(setting.least ?? 0));
    case 'flag':
      return new Option(setting.default ? `--no-${name}` : `--${name}`, help);
    case 'choice':
      return new Option(`--${name} <${setting.placeholder}>`, help).choices(setting.choices);
    case 'some':
      return new Option(`--${name} [${setting.placeholder}...]`, help).argParser(measureIds);
  }
}

/** What was given for a setting of the table. Options that turn a flag off are true where nothing is said. */
const givenFor = (name: AnalysisSettingName, options: CliOptions): unknown =>
  ANALYSIS_SETTINGS[name].default === true && options[name] === true ? undefined : options[name];

/** The options of whatever measures, but for where its report goes. */
export function withMeasuring(command: Command): Command {
  withInputOptions(withDataOptions(command))
    .option(
      '--data <path>',
      'training data: .npz, .npy, CSV, Parquet, IDX, CIFAR, tokens, tensors, or a folder of pictures',
    )
    .option('--config <file>', 'settings file; the nearest landscape.json above the checkpoint if left out')
    .option(
      '--model <file>',
      'the architecture, for files that hold weights alone: .pt2, .onnx, .keras, model.to_json()',
    )
    .option('--variant <name>', 'which of several networks with the same tensors, as the notes name them')
    .option('--weights <set>', 'which set of weights, where a file holds several, such as model_ema')
    .addOption(
      new Option('--loss <name>', "loss to differentiate; the checkpoint's own if left out").choices(LOSSES),
    )
    .addOption(
      new Option('--outputs <what>', "what the model's outputs are to a cross-entropy").choices(OUTPUTS),
    )
    .option('--output <name>', 'output of an ONNX graph with several to measure, by name or place from 0')
    .option('--fixed <names>', 'tensors of an ONNX file that are no parameters, such as B,pos.pe', names)
    .option('--label-smoothing <share>', "share of the labels' mass spread over the classes", number)
    .option('--class-weights <list>', 'factor of the loss of each class, such as 1,2.5,1', numbers)
    .option(
      '--sample-weights [array]',
      'factor of the loss of each row, from this array of the data (w_train)',
    )
    .addOption(
      new Option('--penalties <what>', "penalties of a Keras model's regularizers in the loss").choices(
        PENALTIES,
      ),
    )
    .option('--samples <rows>', 'training rows: N seeded random ones, or first:N; all if left out', samples);
  for (const name of ANALYSIS_SETTING_NAMES) command.addOption(optionOf(name));
  return command;
}

/** The options that every measuring command shares. */
export const withMeasuringOptions = (command: Command): Command =>
  withPythonOptions(withMeasuring(command))
    .option('--json <file>', 'write the report as JSON; - is stdout')
    .option('--html <file>', 'write the report as one self-contained page');

/** The options that belong to a line between two checkpoints. */
export function withLineOptions(command: Command): Command {
  return command
    .option('--points <n>', 'points on the line', whole(2))
    .option('--from <t>', 'where the line begins', number)
    .option('--to <t>', 'where the line ends', number)
    .option('--curve', 'beside it, a Bezier curve of low loss between the two (Garipov et al. 2018)')
    .option('--curve-steps <n>', 'steps of Adam by which the curve is bent', whole(1))
    .option('--curve-rate <rate>', 'their learning rate', positive)
    .option('--curve-batch <rows>', 'training rows of each step', whole(1));
}

/** What was chosen of a curve; one is asked for by any choice. */
function curveOf({ curve, curveSteps: steps, curveRate: rate, curveBatch: batch }: CliOptions) {
  const chosen = { steps, rate, batch };
  const isAsked = curve === true || Object.values(chosen).some((value) => value !== undefined);
  return isAsked ? chosen : undefined;
}

/** Settings for a checkpoint: the settings file's, with the options over them. */
export async function layerFor(checkpoint: string, options: CliOptions): Promise<RequestLayer> {
  const { file, given } = await layersFor(checkpoint, options);
  return mergeLayers(file, given);
}

/** The settings file's for a checkpoint, and the options apart from them. */
export async function layersFor(
  checkpoint: string,
  options: CliOptions,
): Promise<{ readonly file: Settings; readonly given: RequestLayer }> {
  const file = options.config ? await readSettings(resolve(options.config)) : await findSettings(checkpoint);
  const given = {
    data: options.data && resolve(options.data),
    ...dataLayer(options, file?.settings ?? {}),
    input: inputLayer(options, file?.settings ?? {}),
    output: options.output,
    fixed: options.fixed,
    variant: options.variant,
    model: options.model && resolve(options.model),
    weights: options.weights,
    loss: options.loss,
    outputs: options.outputs,
    labelSmoothing: options.labelSmoothing,
    classWeights: options.classWeights,
    sampleWeights: options.sampleWeights,
    penalties: options.penalties,
    samples: options.samples,
    ...Object.fromEntries(ANALYSIS_SETTING_NAMES.map((name) => [name, givenFor(name, options)])),
    points: options.points,
    from: options.from,
    to: options.to,
    curve: curveOf(options),
  };
  // The choices were checked by the parser, and the request is checked as a whole.
  return { file: file?.settings ?? {}, given: given as RequestLayer };
}
