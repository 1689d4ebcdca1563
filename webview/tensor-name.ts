import { h } from './dom';

/**
 * A tensor's name in its two parts, `block/attention/query` and `kernel`: a long path may break, but what tells
 * the tensors of a layer apart stands whole. `shape` is left out where there is none to tell.
 */
export function tensorName(name: string, shape?: readonly number[], mark?: string): Node {
  const end = name.lastIndexOf('/');
  return h(
    'span',
    { class: 'tensor' },
    end > 0 && `${name.slice(0, end)} `,
    h('span', { class: 'whole' }, `${end > 0 ? '· ' : ''}${name.slice(end + 1)}`),
    shape !== undefined && h('em', { class: 'shape' }, shape.join(' × ') || 'scalar'),
    mark !== undefined && h('em', {}, mark),
  );
}
