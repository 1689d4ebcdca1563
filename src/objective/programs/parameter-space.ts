import { HUGE } from '../../core/large';
import { sizeOf } from '../../core/size-of';
import type { Model, ModelTensor } from '../../network/model';

/** A tensor's place in the flat vector. */
export interface ParameterBlock extends ModelTensor {
  readonly offset: number;
  readonly length: number;
}

/** A flat vector over tensors: what analysis sees of a network. */
export interface ParameterSpace {
  readonly dimension: number;
  readonly blocks: readonly ParameterBlock[];
}

function spaceOf(tensors: readonly ModelTensor[]): ParameterSpace {
  let offset = 0;
  const blocks = tensors.map((tensor) => {
    const block = { ...tensor, offset, length: sizeOf(tensor.shape) };
    offset += block.length;
    return block;
  });
  return { dimension: offset, blocks };
}

/** The trainable tensors, in the file's order: the coordinates of the Hessian. */
export const parametersOf = (model: Model): ParameterSpace =>
  spaceOf(model.tensors.filter((t) => t.trainable));

/** Everything else a model stores: running statistics and frozen tensors. */
export const stateOf = (model: Model): ParameterSpace => spaceOf(model.tensors.filter((t) => !t.trainable));

/** The checkpoint's own place. A long vector is put together of its tensors whenever somebody asks for it. */
export function originOf(
  parameters: ParameterSpace,
  state: ParameterSpace,
): { readonly theta: Float64Array; readonly state: Float64Array } {
  const rest = { state: valuesOf(state) };
  if (parameters.dimension <= HUGE) return { theta: valuesOf(parameters), ...rest };
  return {
    get theta() {
      return valuesOf(parameters);
    },
    ...rest,
  };
}

/** The values the checkpoint holds, as one vector. */
export function valuesOf(space: ParameterSpace): Float64Array {
  const values = new Float64Array(space.dimension);
  for (const { data, offset } of space.blocks) values.set(data, offset);
  return values;
}
