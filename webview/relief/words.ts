import { h } from '../dom';
import { type Matrix, seenAt } from './camera';
import type { Place } from './path';

/** Words that stand at a place of a relief. */
export interface Word {
  readonly text: string;
  readonly place: Place;
  readonly className: string;
}

/** Words over a picture, which follow it as it turns. */
export function wordsOver(): {
  readonly element: HTMLElement;
  show(words: readonly Word[], matrix: Matrix, width: number, height: number): void;
} {
  const element = h('div', { class: 'words', 'aria-hidden': 'true' });
  let shown: HTMLElement[] = [];
  return {
    element,
    show(words, matrix, width, height) {
      if (shown.length !== words.length) {
        shown = words.map(() => h('span', {}));
        element.replaceChildren(...shown);
      }
      words.forEach(({ text, place, className }, i) => {
        const { x, y } = seenAt(matrix, place);
        shown[i].className = className;
        shown[i].textContent = text;
        shown[i].style.transform = `translate(-50%, -50%) translate(${x * width}px, ${y * height}px)`;
      });
    },
  };
}
