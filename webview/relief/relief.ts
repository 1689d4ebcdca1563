import type { Picture, Surface } from '../../src/contract/surface';
import { h } from '../dom';
import { type Figure, figureName } from '../plots/figure';
import { USUAL_VIEW, type View, turned } from './camera';
import { colorsOf } from './colors';
import { type Heights, heightsOf } from './heights';
import { meshOf } from './mesh';
import { edgesOf, pathOf } from './path';
import { printed } from './printed';
import { type Content, Scene } from './scene';
import { stillPlot } from './still';
import { type WordsFrom, labelsOf } from './labels';
import { wordsOver } from './words';

export interface Relief {
  readonly element: HTMLElement;
  show(picture: Picture, levels: Surface['levels'], raised: Figure): void;
  see(view: View): void;
  /** What is seen now, at twice the size of the page. */
  toPng(): Promise<Blob>;
}

export interface ReliefOptions {
  heightIn(width: number): number;
  readonly view: View;
  /** A person turns it: whoever shows it says how it is seen then. */
  onTurn(view: View): void;
}

type Shown = readonly [Picture, Surface['levels'], Figure];

/** Radians for a pixel of a drag, and for a key. */
const DRAG = 0.008;
const KEY = 0.1;
const ZOOM = 1.12;

const KEYS: Readonly<Record<string, Partial<View>>> = {
  ArrowLeft: { turn: -KEY },
  ArrowRight: { turn: KEY },
  ArrowUp: { tilt: KEY },
  ArrowDown: { tilt: -KEY },
  '+': { distance: 1 / ZOOM },
  '=': { distance: 1 / ZOOM },
  '-': { distance: ZOOM },
};

/**
 * One picture of the landscape as a surface that can be turned, by dragging or by arrow keys; + and - come nearer and go
 * away, Home shows it as at first. It never moves by itself.
 *
 * @returns undefined where the browser has no WebGL 2.
 */
export function relief({ heightIn, view: first, onTurn }: ReliefOptions): Relief | undefined {
  const canvas = h('canvas', {});
  const gl = canvas.getContext('webgl2', { antialias: true, alpha: false });
  if (!gl) return undefined;
  const words = wordsOver();
  const element = h('div', { class: 'stage relief', tabindex: '0', role: 'img' }, canvas, words.element);
  element.style.height = `${heightIn(0)}px`;
  let scene = new Scene(gl);
  let view = first;
  let content: Content | undefined;
  let wordsFrom: WordsFrom = () => [];
  let shown: Shown | undefined;
  const redraw = onceAFrame(() => draw());
  const colors = colorsOf(element, redraw);

  function draw(scale = window.devicePixelRatio): void {
    const width = Math.floor(element.clientWidth);
    if (!content || width < 40) return;
    const height = heightIn(width);
    element.style.height = `${height}px`;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const matrix = scene.draw(view, colors(), scale);
    words.show(wordsFrom(matrix), matrix, { width, height });
  }

  const still = (width: number) =>
    shown && stillPlot(...shown, { size: { width, height: heightIn(width) }, view });
  element.append(printed(element, still));
  listen(element, (by) => onTurn(by ? turned(view, by) : USUAL_VIEW));
  new ResizeObserver(redraw).observe(element);
  whenRestored(canvas, () => {
    scene = new Scene(gl);
    if (content) scene.show(content);
    redraw();
  });

  return {
    element,
    show(picture, levels, raised) {
      const heights = heightsOf(picture, levels, raised);
      content = contentOf(picture, heights, raised);
      scene.show(content);
      wordsFrom = labelsOf(picture, levels, raised, heights);
      shown = [picture, levels, raised];
      element.setAttribute('aria-label', nameOf(picture, raised));
      redraw();
    },
    see(next) {
      view = next;
      redraw();
    },
    toPng() {
      draw(2);
      const blob = pngOf(canvas);
      draw();
      return blob;
    },
  };
}

function contentOf(picture: Picture, heights: Heights, { figure, split }: Figure): Content {
  const ofLoss = figure === 'loss' && split === 'train';
  return {
    heights,
    mesh: meshOf(heights, ofLoss ? picture.unresolved : []),
    ...pathOf(picture, heights),
    edges: edgesOf(heights),
  };
}

/** What a canvas shows at this moment. @throws Error where the browser writes no PNG. */
const pngOf = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('This browser cannot write a PNG.'))),
      'image/png',
    ),
  );

const nameOf = ({ axes: [x, y] }: Picture, raised: Figure): string =>
  `Surface of the ${figureName(raised)} over ${x.label} and ${y.label}. Arrow keys turn it; the contours read its values.`;

/** The task at the next frame, however often it was asked for before it. */
function onceAFrame(task: () => void): () => void {
  let asked = 0;
  return () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      task();
    });
  };
}

/** A graphics card may be taken away and given back. */
function whenRestored(canvas: HTMLCanvasElement, restore: () => void): void {
  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
  canvas.addEventListener('webglcontextrestored', restore);
}

/** Drags, keys, and the wheel where Ctrl says that it is not for the page. */
function listen(element: HTMLElement, turn: (by: Partial<View> | undefined) => void): void {
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    element.classList.add('held');
  });
  element.addEventListener('pointermove', (event) => {
    if (element.hasPointerCapture(event.pointerId))
      turn({ turn: DRAG * event.movementX, tilt: DRAG * event.movementY });
  });
  for (const end of ['pointerup', 'pointercancel'])
    element.addEventListener(end, () => element.classList.remove('held'));
  element.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    turn({ distance: event.deltaY > 0 ? ZOOM : 1 / ZOOM });
  });
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Home' && !(event.key in KEYS)) return;
    event.preventDefault();
    turn(event.key === 'Home' ? undefined : KEYS[event.key]);
  });
}
