/** What becomes of a measure when a network is rescaled so that its function stays (Dinh et al. 2017). */
export const UNDER_RESCALING = ['moves', 'by-neuron', 'stays'] as const;
export type UnderRescaling = (typeof UNDER_RESCALING)[number];

/** Invariant only when a layer is rescaled as a whole: weights of its neurons are multiplied with one another. */
const BY_LAYER: ReadonlySet<string> = new Set(['relative-flatness']);

/** Does it move, move only where neurons are rescaled by factors of their own, or stay under either? */
export function underRescaling(id: string, invariant: boolean | undefined): UnderRescaling {
  if (invariant) return 'stays';
  return BY_LAYER.has(id) ? 'by-neuron' : 'moves';
}
