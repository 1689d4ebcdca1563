/** Red, green and blue from 0 to 1. */
export type Rgb = readonly [number, number, number];

export interface Colors {
  readonly page: Rgb;
  readonly line: Rgb;
  readonly edge: Rgb;
  readonly low: Rgb;
  readonly middle: Rgb;
  readonly high: Rgb;
}

/** The colours of a relief as the style sheet has them for an element, whatever way they are written in. */
export function colorsOf(element: Element): Colors {
  const style = getComputedStyle(element);
  const read = (name: string) => rgbOf(style.getPropertyValue(name));
  return {
    page: read('--relief-page'),
    line: read('--relief-line'),
    edge: read('--relief-edge'),
    low: read('--relief-low'),
    middle: read('--relief-middle'),
    high: read('--relief-high'),
  };
}

/** A colour of CSS: a canvas knows them all, and the browser has put them in place of variables and mixtures. */
function rgbOf(color: string): Rgb {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return [0.5, 0.5, 0.5];
  context.fillStyle = color.trim();
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red / 255, green / 255, blue / 255];
}
