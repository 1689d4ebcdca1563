import type { Model } from '../../network/model';
import { formatNumber } from '../../wording/format-number';
import { SAMPLE, areBytes } from './bytes';
import { type Split, settledInput } from './split';

const SCALING_LAYERS = /^(Rescaling|Normalization|BatchNormalization|LayerNormalization)$/;

/**
 * A sentence when bytes (0 to 255) go into a model that nothing scales them for; `settingsFile` is where a person would say
 * so.
 */
export function unscaledNote(
  model: Model,
  train: Split,
  scale: number,
  settingsFile: string,
): string | undefined {
  const settled = settledInput(model.inputs);
  const first = model.layers.find(
    ({ className }) => !/^(InputLayer|Reshape|Flatten|ZeroPadding)/.test(className),
  );
  if (
    scale !== 1 ||
    model.inputs[settled].dtype === 'int32' ||
    (first && SCALING_LAYERS.test(first.className))
  )
    return undefined;
  return areBytes(train.inputs[settled])
    ? `The inputs are whole numbers up to 255 and go into the model as they are: if it was trained on scaled inputs, set "input": {"scale": "1/255"} in ${settingsFile}.`
    : undefined;
}

/** Scaled inputs that stay below this are no pictures' any more. */
const DARK = 0.02;

/** A sentence when inputs that lie within 0 to 1 already are scaled as bytes would be. */
export function shrunkNote(
  model: Pick<Model, 'inputs'>,
  train: Pick<Split, 'inputs'>,
  scale: number,
): string | undefined {
  const { data } = train.inputs[settledInput(model.inputs)];
  if (Math.abs(scale) > DARK) return undefined;
  let largest = 0;
  for (let i = 0; i < Math.min(data.length, SAMPLE); i++) largest = Math.max(largest, Math.abs(data[i]));
  return largest > 0 && largest <= 1
    ? `The inputs lie within 0 to 1 and are scaled by ${formatNumber(scale, 3)} all the same, as bytes would be: set "scale" of "input" to 1 (--input-scale 1 in the terminal) if they were divided before.`
    : undefined;
}
