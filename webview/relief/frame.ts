import type { Picture, Surface } from '../../src/contract/surface';
import type { Context } from '../context';
import { h } from '../dom';
import { toBase64 } from '../plots/export';
import type { Figure } from '../plots/figure';
import { canCopy, copyPicture, exporting, pictureMenu, plotSection } from '../plots/section';
import type { View } from './camera';
import type { ReliefChunk } from './load';

export interface ReliefFrame {
  readonly element: HTMLElement;
  update(content: {
    readonly title: string;
    readonly settings: string;
    readonly picture: Picture;
    readonly levels: Surface['levels'];
    readonly raised: Figure;
  }): void;
  see(view: View): void;
}

export interface ReliefFrameOptions {
  readonly id: string;
  heightIn(width: number): number;
  readonly view: View;
  onTurn(view: View): void;
}

/** A relief with its title line, the settings in it, and its export; undefined where the browser draws none. */
export function reliefFrame(
  context: Context,
  { relief }: ReliefChunk,
  options: ReliefFrameOptions,
): ReliefFrame | undefined {
  const { id } = options;
  const drawn = relief(options);
  if (!drawn) return undefined;
  const [title, settings] = [h('h2'), h('small')];
  const save = async () => context.save(id, 'png', await toBase64(await drawn.toPng()), 'base64');
  const copy = () => copyPicture(context, () => drawn.toPng(), save);
  const tools = pictureMenu('The surface: export', () => [
    ...(canCopy() ? [{ label: 'Copy picture', run: () => void exporting(context, copy) }] : []),
    { label: 'Save as PNG', run: () => void exporting(context, save) },
  ]);
  return {
    element: plotSection({ id, title, settings, tools }, drawn.element),
    update(content) {
      title.textContent = content.title;
      settings.textContent = content.settings;
      drawn.show(content.picture, content.levels, content.raised);
    },
    see: (view) => drawn.see(view),
  };
}
