import { withMeasureLabels } from '../src/wording/measure-names';
import { button } from './controls';
import { h } from './dom';

export interface Notice {
  readonly kind: 'error' | 'warning' | 'note';
  readonly text: string;
  /** What the reader can do about it: a button each. */
  readonly actions?: readonly NoticeAction[];
}

export interface NoticeAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

/**
 * What went wrong, what is out of date, what the reader should know: a line each, the gravest first. Screen readers
 * hear of each when it comes, and no second time while it stays.
 */
export function noticeList(): { element: HTMLElement; update(notices: readonly Notice[]): void } {
  const element = h('div', { class: 'notices', 'aria-live': 'polite', 'aria-relevant': 'additions' });
  let shown = new Map<string, HTMLElement>();
  return {
    element,
    update(notices) {
      const next = new Map<string, HTMLElement>();
      for (const notice of notices) {
        const key = JSON.stringify(notice);
        next.set(key, shown.get(key) ?? line(notice));
      }
      const lines = [...next.values()];
      for (const [key, gone] of shown) if (!next.has(key)) gone.remove();
      // Those that stay are not moved: a moved one would be read out again.
      lines.forEach((each, i) => {
        if (element.children[i] !== each) element.insertBefore(each, element.children[i] ?? null);
      });
      shown = next;
    },
  };
}

function line({ kind, text, actions = [] }: Notice): HTMLElement {
  return h(
    'div',
    { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : undefined },
    ...body(withMeasureLabels(text)),
    actions.length > 0 &&
      h(
        'div',
        { class: 'actions' },
        ...actions.map(({ id, label, run }, i) =>
          button(label, {
            appearance: i === 0 && kind !== 'note' ? 'primary' : 'secondary',
            testId: id,
            onClick: run,
          }),
        ),
      ),
  );
}

/** A text, or where it is long (a refusal names all that is supported) its first part with the rest folded away. */
function body(text: string): Node[] {
  const end = text.indexOf('; ');
  if (text.length < 300 || end < 0) return [document.createTextNode(text)];
  const rest = h('p', {}, text.slice(end + 2));
  return [h('details', {}, h('summary', {}, `${text.slice(0, end)}.`), rest)];
}
