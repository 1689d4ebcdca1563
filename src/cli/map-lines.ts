import type { Picture } from '../contract/surface';
import { formatNumber } from '../wording/format-number';
import { nodeAt } from '../wording/picture-nodes';
import { SHARPNESS_FIGURES, placesByNode } from '../wording/sharpness';
import { table, thinned } from './table';

/** More columns than these do not fit into a terminal. */
const MOST = 11;

/** A map of sharpness as grids of numbers, y upwards as it is drawn; of a fine one every second place, every third... */
export function mapLines({ label, sharpness, axes }: Picture): string[] {
  if (!sharpness || sharpness.places.length === 0) return [];
  const { side } = sharpness;
  const places = placesByNode(sharpness);
  const shown = thinned(
    Array.from({ length: side }, (_, i) => i),
    MOST,
  );
  const along = (axis: 0 | 1, i: number) => formatNumber(nodeAt({ side, axes }, i * (side + 1))[axis], 2);
  return SHARPNESS_FIGURES.flatMap((figure) => [
    '',
    `${figure.title} over ${axes[0].label} (across) and ${axes[1].label} (up), ${label}:`,
    ...table([
      ['', ...shown.map((column) => along(0, column))],
      ...[...shown].reverse().map((row) => [
        along(1, row),
        ...shown.map((column) => {
          const place = places[row * side + column];
          if (!place) return '';
          const found = figure.of(place);
          return found ? formatNumber(found.value, 3) : 'overflows';
        }),
      ]),
    ]),
  ]);
}
