import type { Stage } from '../context/progress-plan';

/** A stage of an analysis with what is expected of it: its weight in milliseconds where costs were measured. */
export interface PlannedStage extends Stage {
  /** With the operator. */
  readonly products: number;
}

/** Seconds that stages will take, weighed in milliseconds. */
export const secondsOf = (stages: readonly PlannedStage[]): number =>
  stages.reduce((sum, { weight }) => sum + weight, 0) / 1000;

/** Products that stages will take. */
export const productsOf = (stages: readonly PlannedStage[]): number =>
  Math.round(stages.reduce((sum, { products }) => sum + products, 0));
