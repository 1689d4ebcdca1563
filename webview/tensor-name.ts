import { h } from './dom';

/**
 * A tensor's name in its two parts, `block/attention/query` and `kernel`, or `block.attention.` and `weight` as PyTorch has
 * it: a long path may break, but what tells the tensors of a layer apart stands whole. `shape` is left out where there is
 * none to tell.
 */
export function tensorName(name: string, shape?: readonly number[], mark?: string): Node {
  const [path, sign, last] = partsOf(name);
  return h(
    'span',
    { class: 'tensor' },
    path,
    h('span', { class: 'whole' }, `${sign}${last}`),
    shape !== undefined && h('em', { class: 'shape' }, shape.join(' × ') || 'scalar'),
    mark !== undefined && h('em', {}, mark),
  );
}

/** The path, what stands between, and the last part. */
function partsOf(name: string): [path: string, sign: string, last: string] {
  const slash = name.lastIndexOf('/');
  if (slash > 0) return [`${name.slice(0, slash)} `, '· ', name.slice(slash + 1)];
  const dot = name.lastIndexOf('.');
  return [name.slice(0, dot + 1), '', name.slice(dot + 1)];
}
