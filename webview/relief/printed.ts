import { h } from '../dom';
import type { Plot } from '../plots/plot';

/** A still picture in place of a card's, which is gone when the page is printed: drawn when it is. */
export function printed(stage: HTMLElement, draw: (width: number) => Plot | undefined): HTMLElement {
  const element = h('div', { class: 'printed' });
  window.addEventListener('beforeprint', () => {
    element.innerHTML = draw(Math.floor(stage.clientWidth))?.svg ?? '';
  });
  return element;
}
