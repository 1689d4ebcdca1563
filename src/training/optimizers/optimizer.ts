import type { Node } from '../../autodiff/graph';

/** One update of all parameters as nodes of a graph. Lists have one entry a parameter run (see `parameterRuns`), in the flat vector's order. */
export interface Update {
  readonly parameters: readonly Node[];
  readonly gradients: readonly Node[];
  /** The optimizer's memory by the names of {@link Optimizer.slots}. */
  readonly slots: Readonly<Record<string, readonly Node[]>>;
  /** Scalars [] by the names that {@link Optimizer.scalars} gives. */
  readonly scalars: Readonly<Record<string, Node>>;
}

/** What an update gives. */
export interface Updated {
  readonly parameters: readonly Node[];
  readonly slots: Readonly<Record<string, readonly Node[]>>;
}

/** A rule that turns gradients into steps, written into the graph of the step, so that it runs in native code. */
export interface Optimizer {
  /** Tensors it remembers for each parameter, with the value they begin at. */
  readonly slots: readonly { readonly name: string; readonly initial: number }[];
  /** The learning rate of its convention, where the run file gives none. */
  readonly defaultLearningRate: number;
  /** What changes from step to step, computed in float64: the rate, bias corrections. `step` counts from 1. */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>;
  apply(update: Update): Updated;
  /**
   * Where gradient descent by this rule becomes unstable on a quadratic, as a bound on the largest eigenvalue of the
   * (preconditioned) Hessian at this learning rate; null where none is known (Cohen et al. 2021, 2022).
   */
  threshold(learningRate: number): number | null;
  /**
   * The diagonal P of the preconditioned Hessian P^-1/2 H P^-1/2, in float64, from the slots after `step` steps;
   * undefined where the rule does not precondition.
   */
  preconditioner(slots: Readonly<Record<string, Float64Array>>, step: number): Float64Array | undefined;
}
