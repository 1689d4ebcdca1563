import type { Context } from '../context';
import { h, replace } from '../dom';
import { menuButton } from '../menu';
import { dataTable } from '../table';
import { toCsv } from './csv';
import { type CursorPlace, cursorAt, moveCursor } from './cursor';
import { type PictureFile, toBase64, toPng, toSvgFile } from './export';
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
  const stage = h('div', { class: 'stage', 'data-key': `plot-${id}` });
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
    // A page opened from a file may have no clipboard.
    ...('clipboard' in navigator ? [{ label: 'Copy picture', run: () => void exported(copyPicture) }] : []),
    { label: 'Save as PNG', run: () => void exported(savePng) },
    {
      label: 'Save as SVG',
      run: () => void exported(async (file) => context.save(id, 'svg', toSvgFile(file))),
    },
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

  async function exported(way: (file: PictureFile) => Promise<void>): Promise<void> {
    if (!content) return;
    try {
      const subject = document.querySelector('.panel:not([hidden]) h1')?.textContent;
      await way({ ...content, title: subject ? `${title} · ${subject}` : title, height });
    } catch (error) {
      context.host.post({ type: 'error', message: `The picture could not be saved: ${String(error)}` });
    }
  }

  const savePng = async (file: PictureFile) =>
    context.save(id, 'png', await toBase64(await toPng(file)), 'base64');

  async function copyPicture(file: PictureFile): Promise<void> {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': toPng(file) })]);
    context.announce('The picture is in the clipboard.');
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
    name(plot);
    const kept = place && plot.series[place.series]?.points[place.point];
    setCursor(kept ? place : undefined);
  }

  /**
   * A picture with values is read like a slider: assistive technology leaves the arrow keys to it and reads the value
   * out. One without is a picture, and no stop for the Tab key.
   */
  function name({ label, series }: Plot): void {
    const readable = series.length > 0;
    stage.setAttribute('role', readable ? 'slider' : 'img');
    stage.setAttribute('aria-label', label);
    if (readable) {
      stage.tabIndex = 0;
      stage.setAttribute('aria-roledescription', 'plot');
      stage.setAttribute('aria-valuemin', '1');
    } else for (const attribute of READING) stage.removeAttribute(attribute);
  }

  function setCursor(next: CursorPlace | undefined): void {
    place = next;
    const series = plot?.series[next?.series ?? 0];
    const point = next && series?.points[next.point];
    for (const part of [dot, rule, readout]) part.hidden = !point;
    if (series) {
      stage.setAttribute('aria-valuemax', String(series.points.length));
      stage.setAttribute('aria-valuenow', String((point ? next.point : 0) + 1));
      stage.setAttribute('aria-valuetext', point?.text ?? 'arrow keys read the values');
    }
    if (!point) return;
    dot.style.transform = `translate(${point.x}px, ${point.y}px)`;
    rule.style.transform = `translate(${point.x}px, 0)`;
    readout.textContent = point.text;
    readout.classList.toggle('at-left', point.x > stage.clientWidth / 2);
  }

  stage.addEventListener('pointermove', (event) => {
    const box = stage.getBoundingClientRect();
    if (plot) setCursor(cursorAt(plot, event.clientX - box.left, event.clientY - box.top));
  });
  stage.addEventListener('pointerleave', () => setCursor(undefined));
  stage.addEventListener('blur', () => setCursor(undefined));
  stage.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') setCursor(undefined);
    const next = plot && moveCursor(plot, place, event.key);
    if (!next) return;
    event.preventDefault();
    setCursor(next);
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

/** What only a picture that can be read has. */
const READING = [
  ...['tabindex', 'aria-roledescription', 'aria-valuemin'],
  ...['aria-valuemax', 'aria-valuenow', 'aria-valuetext'],
];

function ellipsis(): HTMLElement {
  return h('span', { class: 'ellipsis', 'aria-hidden': 'true' }, '⋯');
}
