import type { Part } from '../backends/backend';

/** The flat vectors of a point: the parameters, and the statistics that move without being trained. */
export const POINT = { parameters: 'theta', statistics: 'state' } as const;
/** So many vectors at most are multiplied in one pass. */
const MOST_VECTORS = 4;
/** The k-th flat vector that a product is taken with. */
export const vectorName = (k: number): string => `v${k}`;
/** Every flat vector that a program of the objective may take. */
export const FLAT_VECTORS: readonly string[] = [
  ...Object.values(POINT),
  ...Array.from({ length: MOST_VECTORS }, (_, k) => vectorName(k)),
];
/** The port by which one tensor of a flat vector is fed, or given. */
export const tensorPort = (vector: string, tensor: string): string => `${vector}/${tensor}`;

/** The port of the model's input of this index. */
export const inputPort = (index: number): string => `x/${index}`;
/** What each row brings besides its inputs. */
export const ROW_PORTS = {
  labels: 'y',
  /** 1 for rows that count, 0 for those that fill a chunk up; in training their share of the step. */
  shares: 'weights',
  /** What the data weigh the rows by, or their steps. */
  weights: 'w',
} as const;

/** What a port's values change with: parameters and statistics with the point, vectors by their name, data with the chunk. */
export function partOf(port: string): Part {
  const vector = port.split('/', 1)[0];
  if (vector === POINT.parameters || vector === POINT.statistics) return 'point';
  return /^v\d+$/.test(vector) ? 'vectors' : 'chunk';
}
