/** Where early stopping stands, as JSON. */
export interface StoppingState {
  /** The lowest loss so far; null before the first. */
  readonly best: number | null;
  readonly bestEpoch: number;
  /** Epochs since. */
  readonly waited: number;
}

/** Watches the validation loss, with Keras' rule: an epoch counts that is lower than the best by more than `minDelta`. */
export class EarlyStopping {
  private best: number | null;
  private epoch: number;
  private waited: number;

  constructor(
    private readonly settings: { readonly patience: number; readonly minDelta: number },
    state: StoppingState = { best: null, bestEpoch: 0, waited: 0 },
  ) {
    ({ best: this.best, bestEpoch: this.epoch, waited: this.waited } = state);
  }

  /** Hears the loss at the end of an epoch: is it the best, and is it time to stop? */
  observe(epoch: number, loss: number): { readonly isBest: boolean; readonly stop: boolean } {
    const isBest = this.best === null || loss < this.best - this.settings.minDelta;
    if (isBest) [this.best, this.epoch, this.waited] = [loss, epoch, 0];
    else this.waited++;
    // A patience of 0 stops at the first epoch that is no better, as 1 does.
    return { isBest, stop: this.waited >= Math.max(1, this.settings.patience) };
  }

  get bestEpoch(): number {
    return this.epoch;
  }

  get state(): StoppingState {
    return { best: this.best, bestEpoch: this.epoch, waited: this.waited };
  }
}
