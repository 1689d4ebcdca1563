import { relu, sigmoid, tanh } from '../../../../autodiff/operations';
import { gelu, mish, silu } from '../../../../network/activations';
import type { Activation } from '../recipes/images';
import { relu6 } from '../recipes/images';
import type { Config } from './config';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: (x) => gelu(x),
  gelu_python: (x) => gelu(x),
  gelu_new: (x) => gelu(x, true),
  gelu_fast: (x) => gelu(x, true),
  gelu_pytorch_tanh: (x) => gelu(x, true),
  mish,
  relu,
  relu6,
  sigmoid,
  silu,
  swish: silu,
  tanh,
};

/** The activation that a configuration names. */
export function activationOf(config: Config, name: string, otherwise: string): Activation {
  const said = config.text(name, otherwise);
  return Object.hasOwn(ACTIVATIONS, said)
    ? ACTIVATIONS[said]
    : config.refuse(name, 'an activation that is not known here');
}
