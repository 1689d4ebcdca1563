import type { Surface } from '../../src/contract/surface';
import { SHARPNESS_FIGURES, type SharpnessFigure } from '../../src/wording/sharpness';
import type { Context } from '../context';
import { type PlotFrame, plotFrame } from '../plots/frame';
import { type ShadeScale, shadeScale } from '../plots/shade-scale';
import { type MappedPicture, sharpnessCells } from '../plots/sharpness-cells';
import { heightIn } from './surface-frames';

/** Maps of sharpness, one a figure of each picture, in colours that mean the same in all pictures. */
export function mapFrames(context: Context, put: (frame: { readonly element: HTMLElement }) => void) {
  const frames = new Map<string, PlotFrame>();
  function frameOf(id: string, title: string): PlotFrame {
    const made = frames.get(id) ?? plotFrame(context, id, title, heightIn);
    if (!frames.has(id)) put(made);
    frames.set(id, made);
    return made;
  }
  return {
    show({ pictures }: Surface): void {
      const mapped = pictures.filter((picture): picture is MappedPicture => picture.sharpness !== undefined);
      for (const figure of SHARPNESS_FIGURES) {
        const scale = scaleOf(figure, mapped);
        for (const [i, picture] of mapped.entries()) {
          const title = mapped.length > 1 ? `${picture.label}: ${figure.title.toLowerCase()}` : figure.title;
          frameOf(`map-${figure.id}-${i}`, title).update({
            settings: settingsOf(figure, scale, picture),
            draw: (size) => sharpnessCells(picture, figure, scale, size),
          });
        }
      }
    },
  };
}

const scaleOf = (figure: SharpnessFigure, pictures: readonly MappedPicture[]): ShadeScale =>
  shadeScale(
    pictures.flatMap(({ sharpness }) => sharpness.places.flatMap((place) => figure.of(place)?.value ?? [])),
  );

function settingsOf(
  figure: SharpnessFigure,
  { words }: ShadeScale,
  { sharpness: { side, places } }: MappedPicture,
): string {
  const count = places.length < side ** 2 ? `${places.length} of ${side} × ${side}` : `${side} × ${side}`;
  return [
    `${count} places`,
    words,
    figure.id === 'largest'
      ? 'dash in a cell: the share of it that rows move, at least'
      : 'dash in a cell: its error over rows as a share of it',
  ]
    .filter(Boolean)
    .join(' · ');
}
