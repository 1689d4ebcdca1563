import type { Schedule, ScheduleState } from './schedule';

/** `schedule` in a straight line from 0 over the first steps: step s of them has s / steps of its rate, as in Keras. */
export function warmUp(schedule: Schedule, steps: number): Schedule {
  return {
    rate: (step) => schedule.rate(step) * (step < steps ? step / steps : 1),
    observe: (loss) => schedule.observe(loss),
    state: () => schedule.state(),
    restore: (state: ScheduleState) => schedule.restore(state),
  };
}

/** `schedule` that begins after so many steps, and has its first rate before. */
export function after(schedule: Schedule, steps: number): Schedule {
  return { ...schedule, rate: (step) => schedule.rate(Math.max(step - steps, 0)) };
}
