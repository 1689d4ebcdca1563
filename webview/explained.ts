import type { Context } from './context';
import { h } from './dom';

/**
 * A term that unfolds what it means below itself: by key, touch or mouse. What is unfolded stays so while the page
 * is drawn anew; `key` tells terms apart.
 */
export function explained({ ui }: Context, key: string, term: string, meaning: string): HTMLElement {
  const id = `meaning-${key}`;
  const open = ui.get(`open.${key}`, false);
  const text = h('span', { id, class: 'meaning', hidden: !open }, meaning);
  const button = h(
    'button',
    {
      type: 'button',
      class: 'term',
      'data-key': `term-${key}`,
      'aria-expanded': String(open),
      'aria-controls': id,
      onclick: () => {
        text.hidden = !text.hidden;
        button.setAttribute('aria-expanded', String(!text.hidden));
        ui.set(`open.${key}`, !text.hidden);
      },
    },
    term,
  );
  return h('span', {}, button, text);
}
