import { random } from '../../core/random';

import { streams } from '../../core/random-streams';

export { streams };

/** A vector of independent standard normal components. */
export function gaussian(dimension: number, seed: number, stream: number): Float64Array {
  const source = random(seed, stream);
  return filled(dimension, () => source.normal());
}

/** A vector of independent signs. */
export const rademacher = (dimension: number, seed: number, stream: number): Float64Array =>
  random(seed, stream).signs(dimension);

/** Weights of random sign and a size about 1, with which vectors are summed so that none takes off what another has. */
export function randomWeights(seed: number, count: number): Float64Array {
  const source = random(seed, streams.roundingOfSum);
  return filled(count, () => source.sign() * (0.5 + source.uniform()));
}

function filled(dimension: number, draw: () => number): Float64Array {
  const vector = new Float64Array(dimension);
  for (let i = 0; i < dimension; i++) vector[i] = draw();
  return vector;
}
