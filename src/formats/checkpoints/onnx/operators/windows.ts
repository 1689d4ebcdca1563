import { ShapeError } from '../../../../autodiff/shape';
import type { OperatorCall } from '../call';

/** What slides over the spatial axes of [N, C, spatial...], with the zeros around them; one entry an axis. */
export interface SlidingWindow {
  readonly extents: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

/** The attributes that convolutions and poolings share. */
export function slidingWindow(
  call: OperatorCall,
  spatial: readonly number[],
  extents: readonly number[],
): SlidingWindow {
  const entries = (name: string) => {
    const list = call.list(name) ?? spatial.map(() => 1);
    if (list.length !== spatial.length || list.some((value) => !(value >= 1)))
      throw new ShapeError(`its ${name} [${list.join(', ')}] do not fit ${spatial.length} spatial axes`);
    return list;
  };
  if (extents.length !== spatial.length)
    throw new ShapeError(`a window over ${extents.length} axes does not fit ${spatial.length} spatial axes`);
  const [strides, dilations] = [entries('strides'), entries('dilations')];
  const automatic = call.text('auto_pad', 'NOTSET');
  const pads = call.list('pads') ?? [];
  const padding = spatial.map((extent, i): [number, number] => {
    if (automatic === 'VALID') return [0, 0];
    if (automatic === 'NOTSET') return [pads[i] ?? 0, pads[i + spatial.length] ?? 0];
    const positions = Math.ceil(extent / strides[i]);
    const total = Math.max((positions - 1) * strides[i] + (extents[i] - 1) * dilations[i] + 1 - extent, 0);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return automatic === 'SAME_LOWER' ? [more, less] : [less, more];
  });
  if (padding.flat().some((count) => count < 0)) throw new ShapeError('its padding is negative');
  return { extents, strides, dilations, padding };
}

/** More padding after each axis where the last, incomplete window counts too. */
export function ceilingPadding(
  spatial: readonly number[],
  { extents, strides, padding }: SlidingWindow,
): number[] {
  return spatial.map((extent, i) => {
    const [before, after] = padding[i];
    const last = Math.ceil((extent + before + after - extents[i]) / strides[i]);
    // No window lies in the padding alone.
    const steps = last * strides[i] >= extent + before ? last - 1 : last;
    return Math.max(0, steps * strides[i] + extents[i] - extent - before - after);
  });
}
