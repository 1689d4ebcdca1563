import { formatNumber, withError } from '../../wording/format-number';
import type { Eigenvalue, Estimate, Report } from '../../contract/report';
import { EXACT_FOR_ROWS } from '../../contract/vocabulary';

export interface Figure {
  readonly label: string;
  readonly value: string;
}

/**
 * The figures of a report that a hover shows, each with its error and the kind of it: numeric, over probes, or from
 * having these rows only. What was not measured is left out.
 */
export function figuresOf(report: Report): Figure[] {
  const { spectrum, gradientNorm, loss } = report;
  const largest = spectrum.largest[0];
  const sides = loss && [loss.train, ...(loss.test ? [loss.test] : [])];
  const names = sides?.length === 1 ? 'train' : 'train · test';
  const found = sides?.flatMap(({ accuracy }) => (accuracy === undefined ? [] : [accuracy]));
  const accuracies = found?.length === 0 ? undefined : found;
  const figures: (Figure | undefined)[] = [
    largest && {
      label: 'Largest eigenvalue',
      value: eigenvalueText(largest),
    },
    spectrum.trace && {
      label: 'Trace',
      value:
        withError(spectrum.trace.value, spectrum.trace.standardError) +
        (spectrum.trace.probes === 0
          ? `, ${EXACT_FOR_ROWS}`
          : spectrum.trace.standardError > 0
            ? ' probes'
            : ''),
    },
    gradientNorm && {
      label: 'Gradient norm',
      value: [pairText([gradientNorm]), gradientNorm.reason].filter(Boolean).join(', '),
    },
    sides && { label: `Loss, ${names}`, value: pairText(sides.map(({ loss: each }) => each)) },
    accuracies && { label: `Accuracy, ${names}`, value: pairText(accuracies, 100, ' %') },
  ];
  return figures.filter((figure) => figure !== undefined);
}

/** When and how the figures were measured, short enough for one line of a hover; the panel tells the rest. */
export function provenanceOf(
  { createdAt, settings }: Pick<Report, 'createdAt' | 'settings'>,
  now: Date,
): string {
  const loss = settings.loss.replaceAll('-', ' ');
  return [`Measured ${age(new Date(createdAt), now)}`, loss, settings.samples].join(' · ');
}

function eigenvalueText({ value, errorBound, samplingReason, converged }: Eigenvalue): string {
  const parts = [errorBound > 0 ? `${withError(value, errorBound)} numeric` : withError(value, undefined)];
  if (!converged) parts.push('not converged');
  else if (samplingReason !== undefined) parts.push(samplingReason);
  return parts.join(', ');
}

/** `0.071 ± 0.025 · 0.18 ± 0.04 rows`: values with their errors from having these rows only, where known. */
function pairText(estimates: readonly Estimate[], factor = 1, unit = ''): string {
  const texts = estimates.map(({ value, standardError }) =>
    standardError ? withError(value * factor, standardError * factor) : formatNumber(value * factor, 3),
  );
  const known = estimates.some(({ standardError }) => standardError);
  return `${texts.join(' · ')}${unit}${known ? ' rows' : ''}`;
}

/** `just now`, `5 min ago`, `3 h ago`, else the date. */
function age(then: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  const pad = (n: number) => String(n).padStart(2, '0');
  return `on ${then.getFullYear()}-${pad(then.getMonth() + 1)}-${pad(then.getDate())}`;
}
