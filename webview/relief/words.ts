import { h } from '../dom';
import type { PlotSize } from '../plots/plot';
import type { Matrix } from './camera';
import { type Word, placeWords } from './placed-words';

/** Words over a picture, which follow it as it turns. */
export function wordsOver(): {
  readonly element: HTMLElement;
  show(words: readonly Word[], matrix: Matrix, size: PlotSize): void;
} {
  const element = h('div', { class: 'words', 'aria-hidden': 'true' });
  let shown: { readonly span: HTMLElement; readonly width: number; readonly key: string }[] = [];
  return {
    element,
    show(words, matrix, size) {
      const keys = words.map(({ text, className }) => `${className} ${text}`);
      // Measured once for each text: to measure makes the page lay everything out.
      if (shown.map(({ key }) => key).join('\n') !== keys.join('\n')) {
        const spans = words.map(({ text, className }) => h('span', { class: className }, text));
        element.replaceChildren(...spans);
        shown = spans.map((span, i) => ({ span, width: span.offsetWidth, key: keys[i] }));
      }
      placeWords(words, matrix, size, (_, i) => shown[i].width).forEach((spot, i) => {
        const { span } = shown[i];
        span.hidden = !spot;
        if (spot) span.style.transform = `translate(-50%, -50%) translate(${spot.x}px, ${spot.y}px)`;
      });
    },
  };
}
