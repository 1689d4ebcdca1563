import type { Schedule, ScheduleFacts, ScheduleState, SettingsOf } from './schedule';

/**
 * The rate times `factor`, but not below `least`, when more than `patience` epochs in a row have not brought the loss
 * `minDelta` below its lowest: PyTorch's ReduceLROnPlateau with an absolute threshold. Keras counts one epoch less.
 */
export function reduceOnPlateau(
  settings: SettingsOf<'reduce-on-plateau'>,
  { learningRate }: ScheduleFacts,
): Schedule {
  const { factor, patience, minDelta, least } = settings;
  let state: NonNullable<ScheduleState> = { rate: learningRate, best: null, waited: 0 };
  return {
    rate: () => state.rate,
    observe(loss) {
      if (loss < (state.best ?? Infinity) - minDelta) {
        state = { ...state, best: loss, waited: 0 };
        return;
      }
      const waited = state.waited + 1;
      if (waited <= patience) state = { ...state, waited };
      else state = { ...state, rate: Math.min(state.rate, Math.max(state.rate * factor, least)), waited: 0 };
    },
    state: () => state,
    restore(before) {
      if (before) state = before;
    },
  };
}
