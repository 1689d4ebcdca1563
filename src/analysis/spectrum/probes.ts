import { random } from '../../core/random';

export { streams } from '../../core/random-streams';

/** A vector of independent standard normal components. */
export function gaussian(dimension: number, seed: number, stream: number): Float64Array {
  const source = random(seed, stream);
  return filled(dimension, () => source.normal());
}

/** A vector of independent signs. */
export function rademacher(dimension: number, seed: number, stream: number): Float64Array {
  const source = random(seed, stream);
  return filled(dimension, () => source.sign());
}

function filled(dimension: number, draw: () => number): Float64Array {
  const vector = new Float64Array(dimension);
  for (let i = 0; i < dimension; i++) vector[i] = draw();
  return vector;
}
