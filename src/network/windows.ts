/** How a window treats the edges: `same` and `causal` as TensorFlow defines them. */
export type PaddingMode = 'valid' | 'same' | 'causal';

/** The same, or the zeros [before, after] each spatial axis themselves. */
export type Padding = PaddingMode | readonly (readonly [number, number])[];

/** What slides over the spatial axes; one entry an axis. */
export interface Window {
  readonly extents: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/**
 * Zeros [before, after] each spatial axis. `same` gives ceil(extent / stride) positions and puts the odd zero after;
 * `causal` puts all zeros before, so that no position sees a later one.
 */
export function windowPadding(
  spatial: readonly number[],
  { extents, strides, dilations }: Window,
  mode: Padding,
): (readonly [number, number])[] {
  return spatial.map((extent, i) => {
    if (typeof mode !== 'string') return mode[i];
    const reach = (extents[i] - 1) * dilations[i];
    if (mode === 'valid') return [0, 0];
    if (mode === 'causal') return [reach, 0];
    const positions = Math.ceil(extent / strides[i]);
    const total = Math.max((positions - 1) * strides[i] + reach + 1 - extent, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}
