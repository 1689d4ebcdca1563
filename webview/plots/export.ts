import { h } from '../dom';
import type { Plot, PlotSize } from './plot';

/** What a picture's look consists of, once it has left the page and its style sheets. */
const PROPERTIES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'paint-order',
  'opacity',
  'font-family',
  'font-size',
  'font-variant-numeric',
] as const;

/** Width of a picture in a file, in CSS pixels; a PNG has twice as many. */
export const FILE_WIDTH = 800;
/** Characters of the settings that fit into one line. */
const LINE = 128;

export interface PictureFile {
  /** The words above the picture: without the page around it, it must say itself what it shows. */
  readonly title: string;
  readonly settings: string;
  readonly height: number;
  readonly draw: (size: PlotSize) => Plot;
}

/** The picture as a file: drawn for its own width in light colours, whatever pane and theme it is shown in. */
export function toSvgFile({ title, settings, height, draw }: PictureFile): string {
  const stage = h('div', { class: 'stage picture-file paper', 'aria-hidden': 'true' });
  stage.innerHTML = draw({ width: FILE_WIDTH, height }).svg;
  document.body.append(stage);
  try {
    const picture = stage.firstElementChild as SVGSVGElement;
    const lines = wrapped(settings);
    const above = 34 + 15 * lines.length;
    [...lines].reverse().forEach((line, i) => picture.prepend(words(line, -10 - 15 * i, 'tick')));
    picture.prepend(words(title, -above + 20, 'picture-title'));
    picture.setAttribute('viewBox', `0 ${-above} ${FILE_WIDTH} ${height + above}`);
    picture.setAttribute('height', String(height + above));
    fixLook(picture);
    picture.prepend(namedGround(title, above));
    picture.removeAttribute('aria-hidden');
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`;
  } finally {
    stage.remove();
  }
}

/** The picture as PNG, 1600 pixels wide. */
export async function toPng(file: PictureFile): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(toSvgFile(file))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser cannot draw a picture for export.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('This browser cannot write a PNG.'))),
      'image/png',
    ),
  );
}

export async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
}

/** Writes the look that style sheets give into the elements themselves. */
function fixLook(picture: SVGSVGElement): void {
  const elements = [...picture.querySelectorAll('*')];
  const looks = elements.map((element) => {
    const style = getComputedStyle(element);
    return PROPERTIES.map((property) => [property, style.getPropertyValue(property)] as const);
  });
  elements.forEach((element, i) => {
    for (const [property, value] of looks[i]) if (value) element.setAttribute(property, value);
    element.removeAttribute('class');
  });
}

const SVG = 'http://www.w3.org/2000/svg';

function words(content: string, y: number, className: string): SVGElement {
  const element = document.createElementNS(SVG, 'text');
  element.setAttribute('class', className);
  element.setAttribute('x', '12');
  element.setAttribute('y', String(y));
  element.textContent = content;
  return element;
}

/** The white behind it, under the name that readers of the file hear. */
function namedGround(title: string, above: number): DocumentFragment {
  const parts = document.createDocumentFragment();
  const name = document.createElementNS(SVG, 'title');
  name.textContent = title;
  const ground = document.createElementNS(SVG, 'rect');
  ground.setAttribute('y', String(-above));
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', 'white');
  parts.append(name, ground);
  return parts;
}

/** Settings in lines that fit, cut between phrases. */
function wrapped(settings: string): string[] {
  const lines: string[] = [];
  for (const phrase of settings.split(' · ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + phrase.length + 3 <= LINE)
      lines[lines.length - 1] = `${last} · ${phrase}`;
    else lines.push(phrase);
  }
  return lines;
}
