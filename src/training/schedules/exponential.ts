import { type Schedule, type ScheduleFacts, type SettingsOf, fixed } from './schedule';

/** The rate times `factor` at the beginning of each epoch but the first, as PyTorch's ExponentialLR. */
export function exponential(
  { factor }: SettingsOf<'exponential'>,
  { learningRate, stepsPerEpoch }: ScheduleFacts,
): Schedule {
  return fixed((step) => learningRate * factor ** Math.floor(step / stepsPerEpoch));
}
