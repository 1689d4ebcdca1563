import type { Context, Section } from '../context';
import { noticeList } from '../notices';

/** What the host offers to do about what is shown: a line each with its buttons, read out when it appears. */
export function offersSection({ host }: Context): Section {
  const { element, update } = noticeList();
  element.dataset.testid = 'offers';
  return {
    element,
    update: ({ offers = [] }) =>
      update(
        host.interactive
          ? offers.map(({ kind = 'warning', text, actions }) => ({
              kind,
              text,
              actions: actions.map(({ id, label }) => ({
                id: `offer-${id}`,
                label,
                run: () => host.post({ type: 'accept', id }),
              })),
            }))
          : [],
      ),
  };
}
