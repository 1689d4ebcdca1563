import type { Model, ModelTensor } from '../layers/model';
import { UserError } from '../shared/errors';

const described = (tensor: ModelTensor | undefined): string =>
  tensor
    ? `${tensor.name} [${tensor.shape.join(', ')}]${tensor.trainable ? '' : ', not trainable'}`
    : 'nothing';

/**
 * Refuses two models whose parameters are not the same vector, naming the first tensor that differs. Layers may have
 * other names: copies of a model often do.
 */
export function checkSameArchitecture(
  first: Model,
  firstName: string,
  second: Model,
  secondName: string,
): void {
  const count = Math.max(first.tensors.length, second.tensors.length);
  for (let i = 0; i < count; i++) {
    const [left, right] = [first.tensors[i], second.tensors[i]];
    const same = left?.shape.join() === right?.shape.join() && left?.trainable === right?.trainable;
    if (!same)
      throw new UserError(
        `${firstName} and ${secondName} have different architectures: where the first has ${described(left)}, the second has ${described(right)}.`,
      );
  }
}
