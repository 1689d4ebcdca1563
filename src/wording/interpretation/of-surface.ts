import type { Picture, Surface } from '../../contract/surface';
import { formatCount, formatNumber, formatPercent } from '../format-number';
import { pathSentences } from './of-path';
import { sharpnessSentences } from './of-sharpness';

/** What pictures of the landscape show, and how well, in plain sentences. */
export function surfaceFindings(surface: Surface): string[] {
  const several = surface.pictures.length > 1;
  return surface.pictures.flatMap((picture) =>
    [
      ...quadraticSentence(picture),
      ...basinsSentence(picture),
      ...pathSentences(picture, surface.choices.centre),
      ...sharpnessSentences(picture),
      howWell(picture),
    ].map((sentence) => (several ? `${picture.label}: ${sentence}` : sentence)),
  );
}

/** How many evaluations a picture took and how far it may be off. */
export function howWell({ side, measured, unresolved, error }: Picture): string {
  const full = side ** 2;
  if (measured.length === full)
    return `Every one of the ${formatCount(full)} nodes was evaluated; what lies between them is not known.`;
  const tried =
    error.places > 0
      ? `; at ${formatCount(error.places)} places that it was not drawn from it was off by at most ${formatNumber(error.seen, 2)}`
      : '';
  const left =
    unresolved.length > 0
      ? ` ${formatPercent(unresolved.length / full, 1)} of the picture (hatched) may be off by more than was allowed.`
      : '';
  return `Drawn from ${formatCount(measured.length)} evaluations of ${formatCount(full)} nodes: between them the training loss is off by at most ${formatNumber(error.bound, 2)} of the step from one level to the next${tried}.${left}`;
}

/** The same in a few words. */
export function howWellBriefly({ side, measured, unresolved, error }: Picture): string {
  if (measured.length === side ** 2) return `${formatCount(measured.length)} evaluations, all nodes`;
  const seen = error.places > 0 ? `, ${formatNumber(error.seen, 2)} seen at ${error.places} places` : '';
  const hatched =
    unresolved.length > 0 ? `, ${formatPercent(unresolved.length / side ** 2, 1)} hatched as unsure` : '';
  return `${formatCount(measured.length)} evaluations · off by at most ${formatNumber(error.bound, 2)} of a level${seen}${hatched}`;
}

function quadraticSentence({ quadratic: { trusted }, axes }: Picture): string[] {
  const reach = Math.min(...axes.map(({ from, to }) => (to - from) / 2));
  if (trusted === undefined) return ['The Hessian tells the loss to a level everywhere in this picture.'];
  const share = trusted < reach ? `, ${formatPercent(trusted / reach, 2)} of the way to the edge` : '';
  return [
    `The Hessian tells the loss to a level up to a distance of ${formatNumber(trusted, 2)} from the middle${share}; beyond that the quadratic model, dashed over contours, is not the landscape's.`,
  ];
}

function basinsSentence({ basins }: Picture): string[] {
  if (basins.length < 2) return [];
  const [, second] = basins;
  const shown = basins.length - 1;
  return second.high === undefined
    ? []
    : [
        `There ${shown === 1 ? 'is another basin' : `are ${formatCount(shown)} other basins`} in this plane: the deepest of them, with a floor at a loss of ${formatNumber(second.low, 3)}, joins ${second.into === 0 ? 'the deepest of all' : 'another'} at ${formatNumber(second.high, 3)}. In the whole space they may be connected lower down.`,
      ];
}
