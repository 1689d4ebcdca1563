import type { ModelBuilder } from '../model-builder';
import { Tensor } from '../tensor';

/** One number, stored in the model. */
export const scalar = (model: ModelBuilder, value: number): Tensor =>
  new Tensor(model, model.initializer(Float32Array.of(value), []), []);
