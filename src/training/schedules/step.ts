import { type Schedule, type ScheduleFacts, type SettingsOf, fixed } from './schedule';

/** The rate times `factor` after every so many epochs, as PyTorch's StepLR. */
export function step(settings: SettingsOf<'step'>, { learningRate, stepsPerEpoch }: ScheduleFacts): Schedule {
  const { everyEpochs, factor } = settings;
  return fixed((step) => learningRate * factor ** Math.floor(Math.floor(step / stepsPerEpoch) / everyEpochs));
}
