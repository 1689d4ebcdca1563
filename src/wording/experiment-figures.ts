import type { ExperimentReport, ExperimentRun } from '../contract/experiment';
import { formatNumber, formatWithError, withError } from './format-number';
import { MEASURES } from '../contract/measures';
import { OUTCOMES } from '../contract/vocabulary';

type Figure = ExperimentRun['figures'][string];

/** Outcomes first, then what the run itself tells, attacks, and the measures in the order of tables. */
const ORDER: readonly string[] = [
  ...OUTCOMES,
  'bias',
  'variance',
  'squared-bias',
  'squared-variance',
  'train-accuracy',
  'epochs',
  'distance',
  'tail-sharpness',
  'tail-ratio',
];

function placeOf(id: string): number {
  const place = ORDER.indexOf(id);
  if (place >= 0) return place;
  const attacked = /^(fgsm|pgd)-accuracy@(.+)$/.exec(id);
  if (attacked)
    return ORDER.length + (attacked[1] === 'pgd' ? 0.5 : 0) + Math.min(0.49, Number(attacked[2]) / 1e3);
  const measure = (MEASURES as readonly string[]).indexOf(id);
  return ORDER.length + 1 + (measure < 0 ? MEASURES.length : measure);
}

/** Every figure that a group has, in the order of tables. */
export function figureIds({ groups }: Pick<ExperimentReport, 'groups'>): string[] {
  const ids = new Set(groups.flatMap(({ figures }) => Object.keys(figures)));
  return [...ids].sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}

/** A figure with its error; accuracies in percent. */
export function figureText(id: string, figure: Figure | undefined): string {
  if (!figure) return '';
  const { value, standardError } = figure;
  if (!id.includes('accuracy')) return withError(value, standardError);
  if (!standardError) return `${formatNumber(100 * value)} %`;
  const text = formatWithError(100 * value, 100 * standardError);
  return `${text.value} ± ${text.error} %`;
}

/** How verdicts are headed. */
export const VERDICT_WORDS = {
  supported: 'Supported here',
  contradicted: 'Contradicted here',
  undecided: 'Undecided here',
} as const;

/** The mean over seeds of the loss on a line between two groups of runs, at some of its points. */
export interface MeanLine {
  readonly from: string;
  readonly to: string;
  readonly seeds: number;
  readonly points: readonly {
    readonly t: number;
    readonly train: number;
    readonly test: number | undefined;
  }[];
}

const SHOWN_POINTS = 9;

/** Each pair of groups with a line between them, its losses averaged over seeds at nine points where all have one. */
export function meanLines({ lines }: Pick<ExperimentReport, 'lines'>): MeanLine[] {
  const pairs = new Map<string, ExperimentReport['lines']>();
  for (const line of lines) {
    const key = JSON.stringify([line.from, line.to]);
    pairs.set(key, [...(pairs.get(key) ?? []), line]);
  }
  return [...pairs.values()].map((same): MeanLine => {
    const slices = same.map(({ slice }) => slice);
    const shared = slices[0].coordinates.filter((t) =>
      slices.every((slice) => slice.coordinates.includes(t)),
    );
    const stride = Math.max(1, Math.floor((shared.length - 1) / (SHOWN_POINTS - 1)));
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    return {
      from: same[0].from,
      to: same[0].to,
      seeds: same.length,
      points: shared
        .filter((_, i) => i % stride === 0)
        .map((t) => {
          const at = (split: 'train' | 'test') =>
            slices.map((slice) => slice.loss[split][slice.coordinates.indexOf(t)]);
          return {
            t,
            train: mean(at('train')),
            test: slices.every((slice) => slice.loss.test.length > 0) ? mean(at('test')) : undefined,
          };
        }),
    };
  });
}
