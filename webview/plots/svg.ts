/** Attributes of an element; undefined ones are left out, numbers are rounded to hundredths of a pixel. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A place of the picture: right and down from its corner. */
type Place = readonly [x: number, y: number];

/** One SVG element as text. Children are elements, already written; text must pass {@link text}. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(String(value))}"`,
    )
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** A line of text at a place. Superscript digits come as Unicode, so no spans are needed. */
export function text(className: string, [x, y]: Place, content: string, anchor = 'start'): string {
  return element('text', { class: className, x, y, 'text-anchor': anchor }, escapeText(content));
}

export function line(className: string, [x1, y1]: Place, [x2, y2]: Place): string {
  return element('line', { class: className, x1, y1, x2, y2 });
}

/** A square that stands on its corner, around a place. */
export function diamond(className: string, [x, y]: Place): string {
  return element('path', { class: className, d: `M${round(x - 5)} ${round(y)}l5 -5l5 5l-5 5Z` });
}

/** The picture's outermost element. */
export function picture(width: number, height: number, ...children: string[]): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'aria-hidden': 'true',
    },
    ...children,
  );
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeText(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
