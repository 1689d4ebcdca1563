import type { Node } from '../../../../autodiff/graph';
import type { TensorRole } from '../../../../network/model';
import type { OperatorCall } from '../call';
import type { Held } from '../value';

/** What an operator makes of a tensor of the file that it is given at this input. */
export interface WeightUse {
  readonly input: number;
  readonly role: TensorRole;
  /** The axis that counts output filters or neurons. */
  readonly filterAxis?: number;
  /** Fixed numbers stand in the same place as often. */
  readonly guess?: true;
}

/** An operator of ONNX's standard set: what its attributes and inputs mean. */
export interface OperatorRow {
  readonly name: string;
  /** Its values, in the order of the node's outputs; only those that are known to be used need be there. */
  build(call: OperatorCall): Held | Node | readonly (Held | Node)[];
  /** Which of its inputs are weights, if they are tensors of the file. */
  weights?(call: OperatorCall): readonly WeightUse[];
}

/** A row for an operator without weights. */
export const row = (name: string, build: OperatorRow['build']): OperatorRow => ({ name, build });
