import { inputName, type EmitTable } from '../emission';
import { Tensor, scalar } from '../tensor';

/** What is fed, and what is known when the program is built. */
export const leaves: Pick<EmitTable, 'input' | 'fill' | 'constant'> = {
  input: ({ attributes, dtype, shape }, { model }) =>
    new Tensor(model, model.input(inputName(attributes.name), dtype, shape), shape),
  fill: ({ attributes }, { model }) => scalar(model, attributes.value),
  constant: ({ attributes: { data }, shape }, { model }) =>
    new Tensor(
      model,
      model.initializer(data instanceof Int32Array ? data : Float32Array.from(data), shape),
      shape,
    ),
};
