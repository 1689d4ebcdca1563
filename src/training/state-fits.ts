import { Cadence } from './cadence';
import type { RunFile } from '../contract/run-file';
import { type RunState, StateMistake } from './run-state';

/** What a run is, for the states that it can have been in. */
export interface RunExtent {
  readonly run: RunFile;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Lengths of the vectors that it goes on from, by name. */
  readonly lengths: ReadonlyMap<string, number>;
}

/**
 * A state may be whole and yet none that this run has ever been in: from such a one it would go on to another network.
 * @throws StateMistake that says why.
 */
export function checkFits({ progress, vectors }: RunState, extent: RunExtent): void {
  const { run, totalSteps, stepsPerEpoch, lengths } = extent;
  const { step, epochs, history } = progress;
  const refuse = (why: string) => {
    throw new StateMistake(`is not right (${why})`);
  };
  if (history.totalSteps !== totalSteps || history.stepsPerEpoch !== stepsPerEpoch)
    refuse(`its history is of ${history.totalSteps} steps, ${history.stepsPerEpoch} an epoch`);
  if (step > totalSteps) refuse(`"progress.step" is ${step}, but the run has ${totalSteps}`);
  const ends = [epochs, new Cadence(run, totalSteps, stepsPerEpoch).nextLook(epochs)];
  const [from, until] = ends.map((epoch) => Math.min(epoch * stepsPerEpoch, totalSteps));
  if (step < from || step > until)
    refuse(`"progress.step" is ${step}, but after ${epochs} epochs it is from ${from} to ${until}`);
  const late = history.epochs.find((record) => record.step > step || record.epoch > epochs);
  if (late) refuse(`its history tells of epoch ${late.epoch}, and "progress.epochs" is ${epochs}`);
  for (const [name, length] of lengths) {
    const found = vectors[name]?.length;
    if (found !== length)
      refuse(`its vector "${name}" has ${found ?? 'no'} numbers, and ${length} belong there`);
  }
}
