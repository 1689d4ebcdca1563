import type { Program } from '../../autodiff/program';
import { sizeOf } from '../../core/size-of';

const BYTES = 4;

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
