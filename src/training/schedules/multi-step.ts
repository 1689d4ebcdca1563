import { type Schedule, type ScheduleFacts, type SettingsOf, fixed } from './schedule';

/** The rate times `factor` from each of the named epochs on, as PyTorch's MultiStepLR: an epoch named twice counts twice. */
export function multiStep(
  settings: SettingsOf<'multi-step'>,
  { learningRate, stepsPerEpoch }: ScheduleFacts,
): Schedule {
  const { atEpochs, factor } = settings;
  return fixed((step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    return learningRate * factor ** atEpochs.filter((at) => at <= epoch).length;
  });
}
