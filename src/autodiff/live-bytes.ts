import type { Program } from './program';
import { sizeOf } from '../core/size-of';

const BYTES = 4;

/** Live bytes of a program over a single row, and those that every further row adds at most. */
export interface RowBytes {
  readonly one: number;
  readonly more: number;
}

/**
 * What rows cost in memory. Live bytes are convex in the count of rows (of every step of a program they are linear, and the
 * peak is the largest), so that the chord up to `most` rows is never too little: among few rows the weights alone may make
 * the peak, and a further row then seems to cost nothing.
 */
export function rowBytes(programOf: (rows: number) => Program, most: number): RowBytes {
  const one = peakLiveBytes(programOf(1));
  const many = Math.max(2, most);
  return { one, more: (peakLiveBytes(programOf(many)) - one) / (many - 1) };
}

/**
 * Bytes alive at once when a program is evaluated in order and every value is freed after its last use: what a
 * backend needs at least for one run, in float32.
 */
export function peakLiveBytes(program: Program): number {
  const last = program.nodes.map((_, i) => i);
  program.nodes.forEach((node, i) => node.inputs.forEach((input) => (last[input] = i)));
  program.outputs.forEach(({ node }) => (last[node] = program.nodes.length));
  const freed = program.nodes.map<number[]>(() => []);
  last.forEach((end, i) => freed[end]?.push(i));
  const bytes = program.nodes.map((node) => (node.op === 'fill' ? 0 : sizeOf(node.shape) * BYTES));
  let live = 0;
  let peak = 0;
  program.nodes.forEach((_, i) => {
    live += bytes[i];
    peak = Math.max(peak, live);
    for (const dead of freed[i]) live -= bytes[dead];
  });
  return peak;
}
