import { h } from '../dom';
import { type CursorPlace, cursorAt, moveCursor } from './cursor';
import type { Plot } from './plot';

export interface PlotStage {
  readonly element: HTMLElement;
  /** Its room across; nothing while it is hidden. */
  width(): number;
  /** How high it is from now on, in pixels. */
  setHeight(height: number): void;
  /** Puts a picture up. A cursor stays where it stood, if there is such a place. */
  show(plot: Plot): void;
}

/** Where a picture stands, with a cursor for pointer and keys whose words also go to screen readers. */
export function plotStage(id: string, onResize: () => void): PlotStage {
  const element = h('div', { class: 'stage', 'data-key': `plot-${id}` });
  const drawing = h('div', { class: 'drawing' });
  const cursor = cursorIn(element);
  element.prepend(drawing);
  let plot: Plot | undefined;
  let place: CursorPlace | undefined;

  function setCursor(next: CursorPlace | undefined): void {
    place = next;
    if (plot) cursor.show(plot, next);
  }

  element.addEventListener('pointermove', (event) => {
    const box = element.getBoundingClientRect();
    if (plot) setCursor(cursorAt(plot, event.clientX - box.left, event.clientY - box.top));
  });
  element.addEventListener('pointerleave', () => setCursor(undefined));
  element.addEventListener('blur', () => setCursor(undefined));
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') setCursor(undefined);
    const next = plot && moveCursor(plot, place, event.key);
    if (!next) return;
    event.preventDefault();
    setCursor(next);
  });
  new ResizeObserver(onResize).observe(element);

  return {
    element,
    width: () => Math.floor(element.clientWidth),
    // The picture's own height must not decide the stage's: it would hold the old width while a panel narrows.
    setHeight: (height) => (element.style.height = `${height}px`),
    show(next) {
      plot = next;
      drawing.innerHTML = next.svg;
      name(element, next);
      const kept = place && next.series[place.series]?.points[place.point];
      setCursor(kept ? place : undefined);
    },
  };
}

/** A dot, a rule and words at a point of a picture. */
function cursorIn(stage: HTMLElement): { show(plot: Plot, place: CursorPlace | undefined): void } {
  const dot = h('div', { class: 'cursor-dot', hidden: true });
  const rule = h('div', { class: 'cursor-rule', hidden: true });
  const readout = h('div', { class: 'readout', hidden: true, 'aria-hidden': 'true' });
  stage.append(rule, dot, readout);
  return {
    show(plot, place) {
      const series = plot.series[place?.series ?? 0];
      const point = place && series?.points[place.point];
      for (const part of [dot, rule, readout]) part.hidden = !point;
      if (series) {
        stage.setAttribute('aria-valuemax', String(series.points.length));
        stage.setAttribute('aria-valuenow', String((point ? place.point : 0) + 1));
        stage.setAttribute('aria-valuetext', point?.text ?? 'arrow keys read the values');
      }
      if (!point) return;
      dot.style.transform = `translate(${point.x}px, ${point.y}px)`;
      rule.style.transform = `translate(${point.x}px, 0)`;
      readout.textContent = point.text;
      readout.classList.toggle('at-left', point.x > stage.clientWidth / 2);
    },
  };
}

/** What only a picture that can be read has. */
const READING = [
  ...['tabindex', 'aria-roledescription', 'aria-valuemin'],
  ...['aria-valuemax', 'aria-valuenow', 'aria-valuetext'],
];

/**
 * A picture with values is read like a slider: assistive technology leaves the arrow keys to it and reads the value
 * out. One without is a picture, and no stop for the Tab key.
 */
function name(stage: HTMLElement, { label, series }: Plot): void {
  const readable = series.length > 0;
  stage.setAttribute('role', readable ? 'slider' : 'img');
  stage.setAttribute('aria-label', label);
  if (readable) {
    stage.tabIndex = 0;
    stage.setAttribute('aria-roledescription', 'plot');
    stage.setAttribute('aria-valuemin', '1');
  } else for (const attribute of READING) stage.removeAttribute(attribute);
}
