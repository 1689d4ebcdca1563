import type { TasksElsewhere } from './elsewhere';

/** Where a long job stands. */
export interface Progress {
  /** What is being done now, in a few words: "largest eigenvalues", "trace"... */
  readonly stage: string;
  /** Share done, 0 to 1, of the whole job as estimated. */
  readonly fraction: number;
  /** Seconds still to go, once a product has been timed. */
  readonly remainingSeconds: number | undefined;
  /** The tasks of a job that others do. */
  readonly elsewhere?: TasksElsewhere;
  /** What the whole job will take and how much there is to do, said once when it has been timed. */
  readonly estimate?: {
    readonly seconds: number;
    readonly count: number;
    readonly unit: 'Hessian-vector products' | 'points';
  };
}
