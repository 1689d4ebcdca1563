import type { Density } from '../contract/report';

/**
 * The lowest density worth drawing on a logarithmic axis: a tenth of what the outermost single eigenvalue reaches, so
 * that each one can be seen in a network of any size, and at most 1e-5 of the highest.
 */
export function densityFloor({ nodes, eigenvalues, density }: Density): number {
  const peak = density.reduce((most, value) => Math.max(most, value), 0);
  const outermost = nodes.reduce(
    (most, { eigenvalue }) => (Math.abs(eigenvalue) > Math.abs(most) ? eigenvalue : most),
    0,
  );
  const at = eigenvalues.findIndex((value) => value >= outermost);
  return Math.max(peak * 1e-12, Math.min(peak * 1e-5, (density[at] ?? peak) / 10));
}
