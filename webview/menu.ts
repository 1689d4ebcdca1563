import { button } from './controls';
import { h } from './dom';

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
}

/** A button that opens a menu of actions under itself. Items are asked for each time it opens. */
export function menuButton(
  content: string | Node,
  appearance: 'secondary' | 'icon',
  name: string,
  items: () => readonly MenuItem[],
): HTMLElement {
  const opener = button(content, { appearance, name, onClick: () => (list ? close() : open()) });
  opener.setAttribute('aria-haspopup', 'menu');
  opener.setAttribute('aria-expanded', 'false');
  const root = h('div', { class: 'menu-anchor' }, opener);
  let list: HTMLElement | undefined;

  function open(): void {
    const entries = items().map(({ label, run }) =>
      h(
        'button',
        { role: 'menuitem', tabindex: '-1', type: 'button', onclick: () => (close(), run()) },
        label,
      ),
    );
    list = h('div', { role: 'menu', class: 'menu', 'aria-label': name }, ...entries);
    root.append(list);
    opener.setAttribute('aria-expanded', 'true');
    // A menu near the left edge would be cut: it then hangs from its button's left side.
    list.classList.toggle('from-left', list.getBoundingClientRect().left < 4);
    entries[0]?.focus();
    document.addEventListener('pointerdown', closeOutside, true);
  }

  function close(returnFocus = true): void {
    const hadFocus = list?.contains(document.activeElement) ?? false;
    list?.remove();
    list = undefined;
    opener.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', closeOutside, true);
    if (returnFocus && hadFocus) opener.focus();
  }

  function closeOutside(event: PointerEvent): void {
    if (!root.contains(event.target as Node)) close(false);
  }

  root.addEventListener('keydown', (event) => {
    if (!list) return;
    const entries = [...list.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) entries.at(next % entries.length)?.focus();
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') return close(false);
    else return;
    event.preventDefault();
  });
  return root;
}
