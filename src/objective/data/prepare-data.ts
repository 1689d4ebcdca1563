import type { Model } from '../../network/model';
import { UserError } from '../../core/errors';
import type { AnalyzeRequest } from '../../contract/settings';
import { NO_SCALING, settledInput } from './split';
import type { Scaling } from '../../lanes/columns';
import { type DataSource, type FittedData, fileName, fitData } from './fit-data';
import { fitTargets } from './fit-targets';

type InputSettings = AnalyzeRequest['input'];

const asList = (
  value: number | readonly number[] | undefined,
  otherwise: readonly number[],
): readonly number[] => (value === undefined ? otherwise : typeof value === 'number' ? [value] : value);

/**
 * A data set as a model takes it, by the `input` settings: every input's array, how they are scaled and arranged, and the
 * targets with them.
 * @throws UserError when they do not fit, or where it cannot be known how they are meant.
 */
export function prepareData(
  model: Model,
  dataset: DataSource,
  input: InputSettings,
): { data: FittedData; scaling: Scaling } {
  const fitted = fitData(model, dataset, input?.layout);
  const file = fileName(dataset.path);
  const scaling: Scaling = {
    scale: input?.scale ?? NO_SCALING.scale,
    mean: asList(input?.mean, NO_SCALING.mean),
    std: asList(input?.std, NO_SCALING.std),
  };
  const channels = channelsOf(model, fitted, { scaling, layout: input?.layout }, file);
  const placed: Scaling = channels === 'first' ? { ...scaling, channels } : scaling;
  const targets = fitTargets(model, fitted, { scaling: placed, asked: input?.targets }, file);
  return { data: { ...fitted, ...targets }, scaling: placed };
}

/**
 * Where the data have the channels that means and deviations are given for: as the stated layout has them, else the
 * model's, else where there are as many.
 */
function channelsOf(
  model: Model,
  { train, rearrangement }: FittedData,
  {
    scaling: { mean, std },
    layout,
  }: { readonly scaling: Scaling; readonly layout: 'NHWC' | 'NCHW' | undefined },
  file: string,
): 'first' | 'last' {
  const count = Math.max(mean.length, std.length);
  const row = train.inputs[settledInput(model.inputs)].shape;
  if (rearrangement) return rearrangement === 'toChannelsLast' ? 'first' : 'last';
  if (count < 2 || row.length < 2) return 'last';
  const known = layout ?? (row.length === 3 ? model.layout : undefined);
  if (known) return known === 'NCHW' ? 'first' : 'last';
  const [first, last] = [row[0] === count, row[row.length - 1] === count];
  if (first && last)
    throw new UserError(
      `The input settings give ${count} means or deviations, and the inputs in ${file} are ${row.join(' x ')} a row: say by "layout" in "input" whether the channels come first (NCHW) or last (NHWC).`,
    );
  return first ? 'first' : 'last';
}
