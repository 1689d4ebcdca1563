import type { RunFile } from '../contract/run-file';

/** Records and checkpoints of long runs of short epochs, where the run file leaves it open. */
const MOST_RECORDS = 200;
const MOST_CHECKPOINTS = 100;

/** At which steps and epochs a run looks at its network. Epochs are counted from 1 here: 0 is the start. */
export class Cadence {
  private readonly epochs: number;

  constructor(
    private readonly run: RunFile,
    totalSteps: number,
    stepsPerEpoch: number,
  ) {
    this.epochs = Math.ceil(totalSteps / stepsPerEpoch);
  }

  /** Does each epoch's loss decide something? */
  get judges(): boolean {
    const { earlyStopping, targetLoss, schedule } = this.run;
    return earlyStopping !== undefined || targetLoss !== undefined || schedule?.name === 'reduce-on-plateau';
  }

  /** The next epoch, past this one, at whose end something is done. */
  nextLook(epoch: number): number {
    if (this.judges || this.run.optimizer.averaging?.kind === 'swa') return epoch + 1;
    let next = epoch + 1;
    while (next < this.epochs && !this.isRecorded(next)) next++;
    return next;
  }

  /** Does the history tell of this epoch? */
  isRecorded(epoch: number): boolean {
    return epoch % Math.ceil(this.epochs / MOST_RECORDS) === 0 || this.isKept(epoch);
  }

  /** Is there a checkpoint of this epoch? */
  isKept(epoch: number): boolean {
    const every = this.run.checkpoints?.every ?? Math.ceil(this.epochs / MOST_CHECKPOINTS);
    return epoch % every === 0;
  }

  /** Is the sharpness measured after so many steps? */
  isTracked(step: number): boolean {
    const { track } = this.run;
    return track !== undefined && step >= track.from && (step - track.from) % track.every === 0;
  }

  /** The next step, past this one, at which it is. */
  nextTracked(step: number): number {
    const { track } = this.run;
    if (!track) return Infinity;
    if (step < track.from) return track.from;
    return track.from + track.every * (Math.floor((step - track.from) / track.every) + 1);
  }
}
