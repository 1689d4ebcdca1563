import { type Schedule, type ScheduleFacts, type SettingsOf, fixed } from './schedule';

/** end + (rate - end) (1 - t/T)^power, as Keras' PolynomialDecay and, to 0, PyTorch's PolynomialLR. */
export function polynomial(
  { end, power }: SettingsOf<'polynomial'>,
  { learningRate, totalSteps }: ScheduleFacts,
): Schedule {
  return fixed((step) => end + (learningRate - end) * (1 - Math.min(step / totalSteps, 1)) ** power);
}
