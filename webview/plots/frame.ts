import type { Context } from '../context';
import { h, replace } from '../dom';
import { menuButton } from '../menu';
import { dataTable } from '../table';
import { toCsv } from './csv';
import { type CursorPlace, cursorAt, moveCursor } from './cursor';
import { toPng, toSvgFile } from './export';
import type { Plot, PlotSize } from './plot';

export interface PlotContent {
  /** The settings, for the title line. */
  readonly settings: string;
  readonly draw: (size: PlotSize) => Plot;
}

export interface PlotFrame {
  readonly element: HTMLElement;
  update(content: PlotContent): void;
}

/**
 * Everything around a picture: its title line with the settings, a menu of exports, a cursor for pointer and keys
 * whose words also go to screen readers, and the table of its numbers.
 */
export function plotFrame(context: Context, id: string, title: string, height: number): PlotFrame {
  const settings = h('small', {});
  const stage = h('div', { class: 'stage', tabindex: '0', role: 'img', 'data-key': `plot-${id}` });
  const drawing = h('div', { class: 'drawing' });
  const dot = h('div', { class: 'cursor-dot', hidden: true });
  const rule = h('div', { class: 'cursor-rule', hidden: true });
  const readout = h('div', { class: 'readout', hidden: true, 'aria-hidden': 'true' });
  const numbers = h('div', { class: 'numbers' });
  stage.append(drawing, rule, dot, readout);
  // The picture's own height must not decide the stage's: it would hold the old width while a panel narrows.
  stage.style.height = `${height}px`;
  const tools = menuButton(ellipsis(), 'icon', `${title}: export and table`, () => [
    { label: tableShown() ? 'Hide table' : 'Show as table', run: toggleTable },
    { label: 'Save as PNG', run: () => void savePng() },
    { label: 'Save as SVG', run: () => context.save(id, 'svg', toSvgFile(picture(), title)) },
    { label: 'Save as CSV', run: () => plot && context.save(id, 'csv', toCsv(plot.table)) },
  ]);
  const element = h(
    'section',
    { class: 'plot', 'aria-labelledby': `${id}-title` },
    h('header', {}, h('h2', { id: `${id}-title` }, title), settings, tools),
    stage,
    numbers,
  );

  let content: PlotContent | undefined;
  let plot: Plot | undefined;
  let place: CursorPlace | undefined;

  const tableShown = () => context.ui.get(`table.${id}`, false);
  const picture = () => drawing.firstElementChild as SVGSVGElement;

  async function savePng(): Promise<void> {
    try {
      context.save(id, 'png', await toPng(picture(), title), 'base64');
    } catch (error) {
      context.host.post({ type: 'error', message: `The picture could not be saved: ${String(error)}` });
    }
  }

  function toggleTable(): void {
    context.ui.set(`table.${id}`, !tableShown());
    showTable();
  }

  function showTable(): void {
    if (!tableShown() || !plot) return replace(numbers);
    const name = `${title}, the numbers`;
    replace(
      numbers,
      h(
        'div',
        { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': name },
        dataTable(plot.table, name),
      ),
    );
  }

  function redraw(): void {
    const width = Math.floor(stage.clientWidth);
    if (!content || width < 40) return;
    plot = content.draw({ width, height });
    drawing.innerHTML = plot.svg;
    stage.setAttribute('aria-label', `${plot.label} Arrow keys read the values.`);
    const kept = place && plot.series[place.series]?.points[place.point];
    setCursor(kept ? place : undefined, false);
  }

  function setCursor(next: CursorPlace | undefined, speak: boolean): void {
    place = next;
    const point = next && plot?.series[next.series].points[next.point];
    for (const part of [dot, rule, readout]) part.hidden = !point;
    if (!point) return;
    dot.style.transform = `translate(${point.x}px, ${point.y}px)`;
    rule.style.transform = `translate(${point.x}px, 0)`;
    readout.textContent = point.text;
    readout.classList.toggle('at-left', point.x > stage.clientWidth / 2);
    if (speak) context.announce(point.text);
  }

  stage.addEventListener('pointermove', (event) => {
    const box = stage.getBoundingClientRect();
    if (plot) setCursor(cursorAt(plot, event.clientX - box.left, event.clientY - box.top), false);
  });
  stage.addEventListener('pointerleave', () => setCursor(undefined, false));
  stage.addEventListener('blur', () => setCursor(undefined, false));
  stage.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') setCursor(undefined, false);
    const next = plot && moveCursor(plot, place, event.key);
    if (!next) return;
    event.preventDefault();
    setCursor(next, true);
  });
  new ResizeObserver(redraw).observe(stage);

  return {
    element,
    update(next) {
      content = next;
      settings.textContent = next.settings;
      redraw();
      showTable();
    },
  };
}

function ellipsis(): HTMLElement {
  return h('span', { class: 'ellipsis', 'aria-hidden': 'true' }, '⋯');
}
