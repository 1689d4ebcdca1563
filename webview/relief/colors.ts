/** Red, green and blue from 0 to 1. */
export type Rgb = readonly [number, number, number];

export interface Colors {
  readonly page: Rgb;
  readonly line: Rgb;
  readonly edge: Rgb;
  readonly low: Rgb;
  readonly middle: Rgb;
  readonly high: Rgb;
  /** Of runs, by the name of their colour. */
  readonly runs: Readonly<Record<string, Rgb>>;
}

/**
 * The colours of a relief as the style sheet has them for an element, whatever way they are written in. They are read once for
 * each theme: asking a canvas for a pixel makes all drawing wait.
 */
export function colorsOf(element: Element, onOtherTheme: () => void): () => Colors {
  let known: Colors | undefined;
  const forget = () => {
    known = undefined;
    onOtherTheme();
  };
  // The editor tells of another theme by the classes of the page's body, a browser by its preference.
  new MutationObserver(forget).observe(document.body, { attributeFilter: ['class', 'style'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forget);
  return () => (known ??= readColors(element));
}

function readColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pixel = canvas.getContext('2d', { willReadFrequently: true });
  const read = (name: string) => rgbOf(style.getPropertyValue(name), pixel);
  return {
    page: read('--relief-page'),
    line: read('--relief-line'),
    edge: read('--relief-edge'),
    low: read('--relief-low'),
    middle: read('--relief-middle'),
    high: read('--relief-high'),
    runs: Object.fromEntries([
      ['', read('--relief-line')],
      ...['b', 'c', 'd', 'e', 'f'].map((name) => [name, read(`--${name}`)] as const),
    ]),
  };
}

/** A colour of CSS: a canvas knows them all, and the browser has put them in place of variables and mixtures. */
function rgbOf(color: string, pixel: CanvasRenderingContext2D | null): Rgb {
  if (!pixel) return [0.5, 0.5, 0.5];
  pixel.fillStyle = color.trim();
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return [red / 255, green / 255, blue / 255];
}
