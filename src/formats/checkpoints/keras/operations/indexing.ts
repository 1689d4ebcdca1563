import type { Node } from '../../../../autodiff/graph';
import { reshape, reverse, slice } from '../../../../autodiff/operations';
import { UserError } from '../../../../core/errors';
import type { Argument, LayerUse } from '../layers/row';
import { mixesRows, operandsOf, tensorsOf } from './operands';

/** A part of Python's index of a tensor. */
type Index =
  | { readonly kind: 'slice'; readonly start?: number; readonly stop?: number; readonly step: number }
  | { readonly kind: 'position'; readonly at: number }
  | { readonly kind: 'new axis' }
  | { readonly kind: 'rest' };

/** `x[:, 1:, ::-1, 0, None, ...]` by NumPy's basic rules; the rows stay as they are. */
export function indexed(use: LayerUse): Node {
  const [x] = tensorsOf(operandsOf(use.arguments[0]));
  const key = use.arguments[1] as Argument | undefined;
  const written = (key?.kind === 'list' ? key.items : key ? [key] : []).map(indexOf);
  const consumed = written.filter(({ kind }) => kind === 'slice' || kind === 'position').length;
  const whole: Index = { kind: 'slice', step: 1 };
  const filling = new Array<Index>(x.shape.length - consumed).fill(whole);
  const rest = written.findIndex(({ kind }) => kind === 'rest');
  const full =
    rest < 0 ? [...written, ...filling] : [...written.slice(0, rest), ...filling, ...written.slice(rest + 1)];

  const [first] = full;
  if (first.kind !== 'slice' || first.start !== undefined || first.stop !== undefined || first.step !== 1)
    throw mixesRows();
  const shape: number[] = [];
  let axis = 0;
  let y = x;
  for (const index of full) {
    if (index.kind === 'new axis') shape.push(1);
    else if (index.kind !== 'rest') {
      y = along(y, axis, index);
      if (index.kind === 'slice') shape.push(y.shape[axis]);
      axis++;
    }
  }
  return reshape(y, shape);
}

/** A slice, or a position as a slice of extent 1, of one axis. */
function along(x: Node, axis: number, index: Index & { kind: 'slice' | 'position' }): Node {
  const extent = x.shape[axis];
  if (index.kind === 'position') {
    const at = index.at < 0 ? index.at + extent : index.at;
    return cut(x, axis, { start: at, limit: at + 1, stride: 1 });
  }
  const { start, stop, step } = index;
  const clamp = (place: number) => Math.min(Math.max(place < 0 ? place + extent : place, 0), extent);
  if (step > 0) return cut(x, axis, { start: clamp(start ?? 0), limit: clamp(stop ?? extent), stride: step });
  // Backwards from start down to above stop: forwards through the reversed axis.
  const from = start === undefined ? 0 : extent - 1 - Math.min(clamp(start), extent - 1);
  const to = stop === undefined ? extent : extent - 1 - clamp(stop);
  return cut(reverse(x, [axis]), axis, { start: from, limit: to, stride: -step });
}

function cut(
  x: Node,
  axis: number,
  { start, limit, stride }: { readonly start: number; readonly limit: number; readonly stride: number },
): Node {
  const on = <T>(value: T, others: (extent: number) => T) =>
    x.shape.map((extent, a) => (a === axis ? value : others(extent)));
  return slice(
    x,
    on(start, () => 0),
    on(limit, (extent) => extent),
    on(stride, () => 1),
  );
}

function indexOf(argument: Argument): Index {
  const value = argument.kind === 'value' ? argument.value : undefined;
  if (argument.kind === 'value' && value === null) return { kind: 'new axis' };
  if (typeof value === 'number' && Number.isInteger(value)) return { kind: 'position', at: value };
  const { class_name: className, config } = (value ?? {}) as { class_name?: unknown; config?: unknown };
  if (className === '__ellipsis__') return { kind: 'rest' };
  if (className === '__slice__') {
    const { start, stop, step } = config as Record<'start' | 'stop' | 'step', number | null>;
    return { kind: 'slice', start: start ?? undefined, stop: stop ?? undefined, step: step ?? 1 };
  }
  throw new UserError('is indexed by something else than positions and slices, which is not supported');
}
