import type { PanelState } from '../../src/shared/panel-protocol';
import type { Context, Section } from '../context';
import { button } from '../controls';
import { h, onChange, replace } from '../dom';

/** What the host offers to do about what is shown: a line each, read out when it appears. */
export function offersSection({ host }: Context): Section {
  const element = h('div', { class: 'notices', role: 'status', 'data-testid': 'offers' });
  const show = onChange((offers: NonNullable<PanelState['offers']>) =>
    replace(
      element,
      ...offers.map(({ text, actions }) =>
        h(
          'div',
          { class: 'notice warning offer' },
          h('span', {}, text),
          ...actions.map(({ id, label }) =>
            button(label, {
              appearance: 'secondary',
              testId: `offer-${id}`,
              onClick: () => host.post({ type: 'accept', id }),
            }),
          ),
        ),
      ),
    ),
  );
  return { element, update: ({ offers }) => show(host.interactive ? (offers ?? []) : []) };
}
