import type { NamedArray } from './npy';

/** An array for an input of the model, with that input's name where its own says it. */
export type InputNamedArray = NamedArray & { readonly input?: string };

/** Training or test rows: every array has `rows` as its first dimension. */
export interface DatasetSplit {
  readonly rows: number;
  /**
   * One array for most models; for a model of several inputs `x_train_0`, `x_train_1`... in that order, or `x_train_a`,
   * `x_train_b`... by the inputs' names, which are then in `input`.
   */
  readonly inputs: readonly InputNamedArray[];
  readonly labels: NamedArray;
  /** One number a row, where they were asked for and the file has them. */
  readonly weights?: NamedArray;
}
