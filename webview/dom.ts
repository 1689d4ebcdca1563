type Child = Node | string | undefined | false;
type Properties = Readonly<Record<string, string | boolean | EventHandler | undefined>>;
/** A method, so that a handler may ask for the kind of event it gets. */
type EventHandler = { handle(event: Event): void }['handle'];

/**
 * An element with attributes and children: `h('td', { class: 'num' }, '3')`. A function under a key that
 * begins with "on" is a listener, `true` sets an empty attribute, `undefined` and `false` leave one out.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties?: Properties,
  ...children: Child[]
): HTMLElementTagNameMap[K];
export function h(tag: string, properties?: Properties, ...children: Child[]): HTMLElement;
export function h(tag: string, properties: Properties = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') {
      element.addEventListener(key.slice(2), value);
    } else {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(
    ...children.filter((child): child is Node | string => child !== undefined && child !== false),
  );
  return element;
}

/** Replaces an element's children and gives the focus back to the one with the same `data-key`. */
export function replace(element: Element, ...children: Child[]): void {
  const key = element.contains(document.activeElement)
    ? document.activeElement?.closest('[data-key]')?.getAttribute('data-key')
    : undefined;
  element.replaceChildren(
    ...children.filter((child): child is Node | string => child !== undefined && child !== false),
  );
  if (key)
    element.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Runs `render` only when its input's content differs from the last one, so that results can stream in cheaply. */
export function onChange<T>(render: (input: T) => void): (input: T) => void {
  let last: string | undefined;
  return (input) => {
    const content = JSON.stringify(input) ?? '';
    if (content === last) return;
    last = content;
    render(input);
  };
}
