import { h } from './dom';

/**
 * The hairline under a header, which fills while something runs. It is a progress bar for screen readers only then:
 * one at rest would be read out as work that never ends.
 */
export function progressBar(): { element: HTMLElement; show(fraction: number | undefined): void } {
  const bar = h('div', { class: 'bar' });
  const element = h('div', { class: 'progress' }, bar);
  return {
    element,
    show(fraction) {
      element.classList.toggle('active', fraction !== undefined);
      bar.style.transform = `scaleX(${fraction === undefined ? 0 : Math.max(0.01, Math.min(1, fraction))})`;
      if (fraction === undefined) {
        for (const name of ['role', 'aria-label', 'aria-valuenow']) element.removeAttribute(name);
        return;
      }
      element.setAttribute('role', 'progressbar');
      element.setAttribute('aria-label', 'Progress');
      element.setAttribute('aria-valuenow', String(Math.round(fraction * 100)));
    },
  };
}
