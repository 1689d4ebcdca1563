import { cosineBetween } from './cosine';
import { type Schedule, type ScheduleFacts, type SettingsOf, fixed } from './schedule';

/**
 * Up to the rate for a `share` of the run and down again, both by half a cosine, as PyTorch's OneCycleLR in two phases
 * (Smith & Topin 2019). Momentum stays as it is.
 */
export function oneCycle(
  settings: SettingsOf<'one-cycle'>,
  { learningRate, totalSteps }: ScheduleFacts,
): Schedule {
  const start = learningRate / settings.start;
  const end = start / settings.end;
  const top = settings.share * totalSteps - 1;
  const last = totalSteps - 1;
  return fixed((step) => {
    if (step <= top) return cosineBetween(start, learningRate, top > 0 ? step / top : 1);
    return cosineBetween(learningRate, end, last > top ? Math.min((step - top) / (last - top), 1) : 1);
  });
}
