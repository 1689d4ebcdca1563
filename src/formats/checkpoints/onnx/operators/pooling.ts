import type { Node } from '../../../../autodiff/graph';
import { maxPool, pad } from '../../../../autodiff/operations';
import { UnsupportedError } from '../../../../autodiff/shape';
import { averagePool, globalAveragePool, globalMaxPool } from '../../../../network/pooling';
import type { OperatorCall } from '../call';
import { type OperatorRow, row } from './row';
import { type SlidingWindow, ceilingPadding, slidingWindow } from './windows';

function pooled(call: OperatorCall): { x: Node; window: SlidingWindow; ceiling: number[] } {
  const x = call.floats(0);
  const spatial = x.shape.slice(2);
  const window = slidingWindow(call, spatial, call.list('kernel_shape') ?? []);
  if (window.dilations.some((dilation) => dilation !== 1))
    throw new UnsupportedError('dilated pooling is not supported');
  const ceiling = call.number('ceil_mode', 0) ? ceilingPadding(spatial, window) : spatial.map(() => 0);
  return { x, window, ceiling };
}

function maximumPool(call: OperatorCall): Node {
  const { x, window, ceiling } = pooled(call);
  const padding = window.padding.map(([before, after], i) => [before, after + ceiling[i]] as const);
  return maxPool(x, { window: window.extents, strides: window.strides, padding });
}

/** Zeros around count as positions where the attribute says so; what only rounds the number of windows up never does. */
function meanPool(call: OperatorCall): Node {
  const { x, window, ceiling } = pooled(call);
  const counted = call.number('count_include_pad', 0) !== 0;
  const at = (side: 0 | 1) => [0, 0, ...window.padding.map((amount) => amount[side])];
  const input = counted ? pad(x, at(0), at(1)) : x;
  const padding = window.padding.map(([before, after], i): [number, number] =>
    counted ? [0, ceiling[i]] : [before, after + ceiling[i]],
  );
  return averagePool(input, { window: window.extents, strides: window.strides, padding, order: 'first' });
}

export const poolingRows: readonly OperatorRow[] = [
  row('MaxPool', maximumPool),
  row('AveragePool', meanPool),
  row('GlobalAveragePool', (call) => globalAveragePool(call.floats(0), 'first', true)),
  row('GlobalMaxPool', (call) => globalMaxPool(call.floats(0), 'first', true)),
];
