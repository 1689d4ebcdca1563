import { random } from '../../shared/random';

/**
 * Where each use of random vectors under one seed begins counting its streams, so that no two uses share one
 * and adding a probe to one of them moves no number of another.
 */
export const streams = {
  largest: 0,
  smallest: 500_000,
  traceProbe: 1_000_000,
  traceStart: 1_500_000,
  traceRows: 1_750_000,
  densityProbe: 2_000_000,
  layerStart: 3_000_000,
  sliceDirection: 4_000_000,
} as const;

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
