import { cosineBetween } from './cosine';
import { type Schedule, type ScheduleFacts, type SettingsOf, fixed } from './schedule';

/**
 * Half a cosine from the rate to `end` again and again, each period `growth` times as long as the one before, as PyTorch's
 * CosineAnnealingWarmRestarts (SGDR: Loshchilov & Hutter 2017, equation 5).
 */
export function warmRestarts(
  settings: SettingsOf<'warm-restarts'>,
  { learningRate, stepsPerEpoch }: ScheduleFacts,
): Schedule {
  const { periodEpochs, growth, end } = settings;
  return fixed((step) => {
    let into = step;
    let period = periodEpochs * stepsPerEpoch;
    if (growth === 1) into %= period;
    else
      while (into >= period) {
        into -= period;
        period *= growth;
      }
    return cosineBetween(learningRate, end, into / period);
  });
}
