import { type Schedule, type ScheduleFacts, type SettingsOf, fixed } from './schedule';

/** Half a cosine from `from` at share 0 to `to` at share 1. */
export function cosineBetween(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}

/** Half a cosine from the rate to `end` over the run, as PyTorch's CosineAnnealingLR (Loshchilov & Hutter 2017). */
export function cosine({ end }: SettingsOf<'cosine'>, { learningRate, totalSteps }: ScheduleFacts): Schedule {
  return fixed((step) => cosineBetween(learningRate, end, Math.min(step / totalSteps, 1)));
}
