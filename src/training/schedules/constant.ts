import { type Schedule, type ScheduleFacts, fixed } from './schedule';

/** The optimizer's rate throughout. */
export function constant({ learningRate }: ScheduleFacts): Schedule {
  return fixed(() => learningRate);
}
