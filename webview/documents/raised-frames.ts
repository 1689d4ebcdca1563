import type { Picture, Surface } from '../../src/contract/surface';
import { howWellBriefly } from '../../src/wording/interpretation/of-surface';
import type { Context } from '../context';
import type { Figure } from '../plots/figure';
import type { View } from '../relief/camera';
import { type ReliefFrame, reliefFrame } from '../relief/frame';
import type { ReliefChunk } from '../relief/load';
import { type Put, heightIn, hideAll, pictureFrames, titleOf } from './surface-frames';

/** How far a page has come with its surfaces. */
export type Raised = 'drawn' | 'loading' | 'failed';

/**
 * The pictures as surfaces, which turn or, where the browser turns none, stand still. Their script is brought when they are
 * first asked for.
 *
 * @param redraw called when it has come, or could not.
 */
export function raisedFrames(context: Context, put: Put, redraw: () => void) {
  const { relief, host, announce } = context;
  let frames: ReturnType<typeof framesOf> | undefined;
  let loading: Raised | undefined;
  function load(): Raised {
    if (loading) return loading;
    loading = 'loading';
    relief
      .load()
      .catch((error: unknown) => {
        loading = 'failed';
        host.post({ type: 'error', message: String(error) });
        announce('The surface could not be loaded: these are the contours.');
      })
      .finally(redraw);
    return loading;
  }
  return {
    show(surface: Surface, shown: Figure): Raised {
      const { loaded } = relief;
      if (!loaded) return load();
      frames ??= framesOf(context, loaded, put);
      frames.show(surface, shown);
      return 'drawn';
    },
    hide(): void {
      frames?.hide();
      // Whoever asks again may have more luck.
      if (loading === 'failed') loading = undefined;
    },
  };
}

function framesOf(context: Context, chunk: ReliefChunk, put: Put) {
  const turning = reliefFrames(context, chunk, put);
  const still = stillFrames(context, chunk, put);
  return {
    show(surface: Surface, shown: Figure): void {
      const turns = turning.show(surface, shown);
      if (!turns) still.show(surface, shown);
      turning.hide(!turns);
      still.hide(turns);
    },
    hide(): void {
      turning.hide(true);
      still.hide(true);
    },
  };
}

/** Surfaces where the browser turns none: as they would be seen at first. */
const stillFrames = (context: Context, { stillPlot }: ReliefChunk, put: Put) =>
  pictureFrames(context, { id: 'still', put }, (picture, levels, shown) => ({
    settings: `${howWellBriefly(picture)} · a still picture: this browser has no WebGL`,
    draw: (size) => stillPlot(picture, levels, shown, { size }),
  }));

/** Surfaces that turn, all seen from one side. */
function reliefFrames(context: Context, chunk: ReliefChunk, put: Put) {
  const frames: ReliefFrame[] = [];
  let view = context.ui.get('surface.view', chunk.USUAL_VIEW);
  function onTurn(next: View): void {
    view = next;
    context.ui.set('surface.view', next);
    for (const frame of frames) frame.see(next);
  }
  const made = (i: number) => reliefFrame(context, chunk, { id: `relief-${i}`, heightIn, view, onTurn });
  const contentOf = (pictures: readonly Picture[], i: number) => ({
    title: titleOf(pictures, i),
    settings: `${howWellBriefly(pictures[i])} · drag or arrow keys turn it`,
    picture: pictures[i],
  });
  return {
    /** False where the browser draws none. */
    show({ pictures, levels }: Surface, raised: Figure): boolean {
      while (frames.length < pictures.length) {
        const frame = made(frames.length);
        if (!frame) return false;
        frames.push(frame);
        put(frame);
      }
      pictures.forEach((_, i) => frames[i].update({ ...contentOf(pictures, i), levels, raised }));
      return true;
    },
    hide: (hidden: boolean) => hideAll(frames, hidden),
  };
}
