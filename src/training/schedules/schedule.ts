import type { ScheduleSettings } from '../../contract/run-file';

/** What a schedule must know of the run. */
export interface ScheduleFacts {
  /** The optimizer's rate, which the schedule's factors apply to. */
  readonly learningRate: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly warmupSteps: number;
}

/** What a schedule has learned from the losses, as JSON; null where it learns nothing. */
export type ScheduleState = {
  readonly rate: number;
  /** The lowest loss yet; null before the first. */
  readonly best: number | null;
  /** Epochs without improvement. */
  readonly waited: number;
} | null;

/** How the learning rate goes over the run. */
export interface Schedule {
  /** The rate of a step, counted from 0. */
  rate(step: number): number;
  /** After each epoch, with the validation loss, or the training loss where none is set aside. */
  observe(loss: number): void;
  state(): ScheduleState;
  restore(state: ScheduleState): void;
}

/** The settings of one schedule. */
export type SettingsOf<Name extends ScheduleSettings['name']> = Extract<ScheduleSettings, { name: Name }>;

/** A schedule that is a function of the step alone. */
export function fixed(rate: (step: number) => number): Schedule {
  return { rate, observe: () => undefined, state: () => null, restore: () => undefined };
}
