/** Where a long job stands. */
export interface Progress {
  /** What is being done now, in a few words: "largest eigenvalues", "trace"... */
  readonly stage: string;
  /** Share done, 0 to 1, of the whole job as estimated. */
  readonly fraction: number;
  /** Seconds still to go, once a product has been timed. */
  readonly remainingSeconds: number | undefined;
}
