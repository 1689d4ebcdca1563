import type { SharpnessPlace } from '../../contract/sharpness-map';
import type { Picture } from '../../contract/surface';
import { counted, formatCount, formatNumber, formatPercent, withError } from '../format-number';
import { nodeAt } from '../picture-nodes';
import { SHARPNESS_FIGURES, type SharpnessFigure, type Uncertain } from '../sharpness';

/** What a map of sharpness shows, in sentences; none where there is no map. */
export function sharpnessSentences({ sharpness, axes }: Pick<Picture, 'sharpness' | 'axes'>): string[] {
  if (!sharpness || sharpness.places.length === 0) return [];
  const { side, places } = sharpness;
  const at = ({ node }: SharpnessPlace) => {
    const [x, y] = nodeAt({ side, axes }, node).map((coordinate) => formatNumber(coordinate, 2));
    return `(${x}, ${y})`;
  };
  const of =
    places.length < side ** 2 ? `${formatCount(places.length)} of ${side ** 2}` : `${side} × ${side}`;
  const ranges = SHARPNESS_FIGURES.flatMap((figure) => {
    const known = places.flatMap((place) => {
      const found = figure.of(place);
      return found ? [{ ...found, place }] : [];
    });
    if (known.length === 0) return [];
    const least = known.reduce((a, b) => (b.value < a.value ? b : a));
    const most = known.reduce((a, b) => (b.value > a.value ? b : a));
    return [
      `${figure.title.toLowerCase()} from ${withItsError(figure, least.place)} at ${at(least.place)} to ${withItsError(figure, most.place)} at ${at(most.place)}${movedByRows(figure, known)}`,
    ];
  });
  const walls = places.filter(({ gradientNorm, largest }) => !gradientNorm || !largest).length;
  const open = places.filter(({ largest }) => largest?.converged === false).length;
  return [
    ...(ranges.length > 0 ? [`Sharpness at ${of} places of this plane: ${ranges.join('; ')}.`] : []),
    ...(walls > 0 ? [`At ${counted(walls, 'place')} of the map of sharpness the numbers overflow.`] : []),
    ...(open > 0
      ? [`At ${counted(open, 'place')} the search for the largest eigenvalue did not converge.`]
      : []),
  ];
}

const withItsError = (figure: SharpnessFigure, place: SharpnessPlace): string => {
  const { value, error } = figure.of(place)!;
  return withError(value, error);
};

/** The middle one of how much rows move the figure, as a share of it. */
function movedByRows({ spreads }: SharpnessFigure, known: readonly Uncertain[]): string {
  const shares = known
    .flatMap(({ value, spread }) => (spread === null || value === 0 ? [] : [spread / Math.abs(value)]))
    .sort((a, b) => a - b);
  return shares.length === 0
    ? ''
    : ` (${spreads} ${formatPercent(shares[shares.length >> 1], 2)} at half of the places)`;
}
