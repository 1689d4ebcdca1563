import type { ModelDescription } from '../../contract/run-file';
import type { Part } from './blueprint';
import { activation, batchNorm, dense, dropout, flatten } from './parts';

type Mlp = Extract<ModelDescription, { kind: 'mlp' }>;

/** Dense layers one after the other; a batch norm stands between a layer and its activation and makes its bias idle. */
export function hiddenLayers(
  x: Part,
  { hidden, activation: kind, batchNorm: normed }: Pick<Mlp, 'hidden' | 'activation' | 'batchNorm'>,
  rate: number,
): Part {
  return hidden.reduce((at, units, i) => {
    const name = `hidden_${i + 1}`;
    const made = normed
      ? activation(
          batchNorm(dense(at, name, { units, activation: 'linear', bias: false }), `${name}_norm`),
          `${name}_activation`,
          kind,
        )
      : dense(at, name, { units, activation: kind });
    return dropout(made, `${name}_dropout`, rate);
  }, x);
}

export const mlp = (x: Part, description: Mlp, rate: number): Part =>
  hiddenLayers(flatten(x), description, rate);
