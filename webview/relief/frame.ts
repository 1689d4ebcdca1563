import type { Picture, Surface } from '../../src/contract/surface';
import type { Context } from '../context';
import { h } from '../dom';
import { menuButton } from '../menu';
import { toBase64 } from '../plots/export';
import type { View } from './camera';
import type { Raised } from './heights';
import { relief } from './relief';

export interface ReliefFrame {
  readonly element: HTMLElement;
  update(content: {
    readonly title: string;
    readonly settings: string;
    readonly picture: Picture;
    readonly levels: Surface['levels'];
    readonly raised: Raised;
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
export function reliefFrame(context: Context, options: ReliefFrameOptions): ReliefFrame | undefined {
  const { id } = options;
  const drawn = relief(options);
  if (!drawn) return undefined;
  const title = h('h2', { id: `${id}-title` });
  const small = h('small', {});
  async function save(): Promise<void> {
    try {
      context.save(id, 'png', await toBase64(await drawn!.toPng()), 'base64');
    } catch (error) {
      context.host.post({ type: 'error', message: `The picture could not be saved: ${String(error)}` });
    }
  }
  const dots = h('span', { class: 'ellipsis', 'aria-hidden': 'true' }, '⋯');
  const tools = menuButton(dots, 'icon', 'The surface: export', () => [
    { label: 'Save as PNG', run: () => void save() },
  ]);
  return {
    element: h(
      'section',
      { class: 'plot', 'aria-labelledby': `${id}-title` },
      h('header', {}, title, small, tools),
      drawn.element,
    ),
    update(content) {
      title.textContent = content.title;
      small.textContent = content.settings;
      drawn.show(content.picture, content.levels, content.raised);
    },
    see: (view) => drawn.see(view),
  };
}
