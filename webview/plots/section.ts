import type { Context } from '../context';
import { h } from '../dom';
import { type MenuItem, menuButton } from '../menu';

export interface PlotSectionOptions {
  readonly id: string;
  readonly title: HTMLElement;
  /** The settings, for the title line. */
  readonly settings: HTMLElement;
  readonly tools: HTMLElement;
}

/** Everything around a picture: its title line with the settings and a menu, and what stands under it. */
export function plotSection(
  { id, title, settings, tools }: PlotSectionOptions,
  ...body: readonly HTMLElement[]
): HTMLElement {
  title.id = `${id}-title`;
  return h(
    'section',
    { class: 'plot', 'aria-labelledby': title.id },
    h('header', {}, title, settings, tools),
    ...body,
  );
}

/** The menu at the end of a title line. */
export const pictureMenu = (name: string, items: () => readonly MenuItem[]): HTMLElement =>
  menuButton(h('span', { class: 'ellipsis', 'aria-hidden': 'true' }, '⋯'), 'icon', name, items);

/** Does what lets a picture leave the page, and tells the host where that fails. */
export async function exporting({ host }: Context, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    host.post({ type: 'error', message: `The picture could not be saved: ${String(error)}` });
  }
}

/** Pictures on the clipboard: a page opened from a file may have none. */
export const canCopy = (): boolean => 'clipboard' in navigator && typeof ClipboardItem === 'function';

/** Puts a picture on the clipboard; where the browser does not let the page, it is saved as a file. */
export async function copyPicture(
  { announce }: Context,
  png: () => Promise<Blob>,
  save: () => Promise<void>,
): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png() })]);
    announce('The picture is in the clipboard.');
  } catch {
    announce('The clipboard takes no picture here: it is saved as a file.');
    await save();
  }
}
