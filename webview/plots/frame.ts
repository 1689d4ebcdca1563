import type { Context } from '../context';
import { h, replace } from '../dom';
import { dataTable } from '../table';
import { toCsv } from './csv';
import { FILE_WIDTH, type PictureFile, toBase64, toPng, toSvgFile } from './export';
import type { Plot, PlotSize } from './plot';
import { canCopy, copyPicture, exporting, pictureMenu, plotSection } from './section';
import { plotStage } from './stage';

export interface PlotContent {
  /** The settings, for the title line. */
  readonly settings: string;
  readonly draw: (size: PlotSize) => Plot;
}

export interface PlotFrame {
  readonly element: HTMLElement;
  update(content: PlotContent): void;
}

/** How high a picture is, in pixels: always, or in so much room across. */
export type PlotHeight = number | ((width: number) => number);

/** Everything around a picture: its title line with the settings, a menu of exports, and the table of its numbers. */
export function plotFrame(context: Context, id: string, title: string, wanted: PlotHeight): PlotFrame {
  const heightIn = typeof wanted === 'number' ? () => wanted : wanted;
  const settings = h('small', {});
  const numbers = h('div', { class: 'numbers' });
  let content: PlotContent | undefined;
  let plot: Plot | undefined;
  const stage = plotStage(id, redraw);
  stage.setHeight(heightIn(0));
  const tableShown = () => context.ui.get(`table.${id}`, false);
  const exports = exportsOf(context, id, {
    picture: () => content && { ...content, title: titled(title), height: heightIn(FILE_WIDTH) },
    plot: () => plot,
  });
  const tools = pictureMenu(`${title}: export and table`, () => [
    { label: tableShown() ? 'Hide table' : 'Show as table', run: toggleTable },
    ...exports(),
  ]);

  function toggleTable(): void {
    context.ui.set(`table.${id}`, !tableShown());
    showTable();
  }

  function showTable(): void {
    if (!tableShown() || !plot) return replace(numbers);
    const name = `${title}, the numbers`;
    const region = { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': name };
    replace(numbers, h('div', region, dataTable(plot.table, name)));
  }

  function redraw(): void {
    const width = stage.width();
    if (!content || width < 40) return;
    const height = heightIn(width);
    stage.setHeight(height);
    plot = content.draw({ width, height });
    stage.show(plot);
  }

  return {
    element: plotSection({ id, title: h('h2', {}, title), settings, tools }, stage.element, numbers),
    update(next) {
      content = next;
      settings.textContent = next.settings;
      redraw();
      showTable();
    },
  };
}

/** The title of a picture that stands alone: with what the panel is about. */
function titled(title: string): string {
  const subject = document.querySelector('.panel:not([hidden]) h1')?.textContent;
  return subject ? `${title} · ${subject}` : title;
}

/** The ways for a picture and its numbers to leave the page. */
function exportsOf(
  context: Context,
  id: string,
  { picture, plot }: { picture: () => PictureFile | undefined; plot: () => Plot | undefined },
): () => { readonly label: string; readonly run: () => void }[] {
  async function exported(way: (file: PictureFile) => Promise<void>): Promise<void> {
    const file = picture();
    if (!file) return;
    await exporting(context, () => way(file));
  }
  const savePng = async (file: PictureFile) =>
    context.save(id, 'png', await toBase64(await toPng(file)), 'base64');
  const copy = (file: PictureFile) =>
    copyPicture(
      context,
      () => toPng(file),
      () => savePng(file),
    );
  const saveSvg = async (file: PictureFile) => context.save(id, 'svg', toSvgFile(file));
  const saveCsv = () => {
    const shown = plot();
    if (shown) context.save(id, 'csv', toCsv(shown.table));
  };
  return () => [
    ...(canCopy() ? [{ label: 'Copy picture', run: () => void exported(copy) }] : []),
    { label: 'Save as PNG', run: () => void exported(savePng) },
    { label: 'Save as SVG', run: () => void exported(saveSvg) },
    { label: 'Save as CSV', run: saveCsv },
  ];
}
