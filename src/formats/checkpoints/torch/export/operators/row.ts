import type { Node } from '../../../../../autodiff/graph';
import type { TensorRole } from '../../../../../network/model';
import type { Value } from '../../../onnx/value';
import type { AtenCall } from '../call';
import type { TensorReference } from '../reference';

/** What an operator makes of a parameter that it is given at this argument. */
export interface WeightUse {
  readonly argument: number | string;
  readonly role: TensorRole;
  /** The axis that counts output filters or neurons. */
  readonly filterAxis?: number;
}

/** A new tensor, one that shares the memory of an argument, or a number that operators take for sizes. */
export type Result = Value | Node | TensorReference | number;

/** An operator of ATen: what its arguments mean. */
export interface AtenRow {
  /** With its overload, and without `default`: `relu`, `add.Tensor`. */
  readonly name: string;
  /** Its results in order; those that nobody may use are left out at the end. */
  build(call: AtenCall): Result | readonly Result[];
  weights?(call: AtenCall): readonly WeightUse[];
}

/** Rows for overloads that mean one thing. */
export const rows = (
  names: string | readonly string[],
  build: AtenRow['build'],
  weights?: AtenRow['weights'],
): AtenRow[] =>
  (typeof names === 'string' ? [names] : names).map((name) => ({
    name,
    build,
    ...(weights ? { weights } : {}),
  }));
