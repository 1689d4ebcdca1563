import { missedTarget } from '../../src/wording/trace-target';
import { eigenvalueErrors, formatFigure } from '../../src/wording/format-figure';
import { formatNumber, formatWithError } from '../../src/wording/format-number';
import { barrierAlong } from '../../src/wording/interpretation/of-interpolation';
import type { Eigenvalue, Estimate, LossPoint, Report } from '../../src/contract/report';
import { EXACT_FOR_ROWS } from '../../src/contract/vocabulary';
import { type Section, isBusy } from '../context';
import { h, onChange, replace } from '../dom';

/** One headline figure. `errors` name their kind: numeric, probes or rows; the three are never mixed. */
interface Figure {
  readonly label: string;
  readonly value: string | undefined;
  readonly errors?: readonly string[];
  readonly mark?: string;
  readonly testId?: string;
}

/** The headline figures with their errors; a dash holds the place of one that is still to come. */
export function headlineSection(): Section {
  const element = h('dl', { class: 'headline', 'data-testid': 'headline' });
  const show = onChange((figures: readonly Figure[]) => {
    element.hidden = figures.length === 0;
    replace(element, ...figures.map(cell));
  });
  return {
    element,
    update(state) {
      const expected = isBusy(state);
      if (state.report?.kind === 'interpolation') return show(interpolationFigures(state.report));
      const visible = state.report !== undefined || (expected && state.view === 'report');
      show(
        visible ? analysisFigures(state.report).filter(({ value }) => expected || value !== undefined) : [],
      );
    },
  };
}

function cell({ label, value, errors = [], mark, testId }: Figure): HTMLElement {
  return h(
    'div',
    {},
    h('dt', {}, label),
    h(
      'dd',
      {},
      mark !== undefined && h('span', { class: 'qualifier' }, `${mark} `),
      h('b', { 'data-testid': testId, class: value === undefined ? 'empty' : undefined }, value ?? '–'),
      ...errors.map((text) => h('em', {}, text)),
    ),
  );
}

function analysisFigures(report: Report | undefined): Figure[] {
  const { spectrum, loss, gradientNorm } = report ?? {};
  const trace = spectrum?.trace;
  const traceText = trace && formatFigure(trace.value, [{ size: trace.standardError, over: 'over probes' }]);
  return [
    largestFigure(spectrum),
    ...(!spectrum?.smallest[0] && spectrum?.lowestRitz !== undefined
      ? [
          {
            label: 'smallest eigenvalue',
            testId: 'smallest-eigenvalue',
            mark: 'at most',
            value: formatNumber(spectrum.lowestRitz, 3),
            errors: ['lowest Ritz value'],
          },
        ]
      : [eigenvalueFigure('smallest eigenvalue', 'smallest-eigenvalue', spectrum?.smallest[0])]),
    {
      label: 'trace',
      testId: 'trace',
      value: traceText?.value,
      errors: [
        ...(traceText?.errors ?? []),
        ...(trace?.probes === 0 ? [EXACT_FOR_ROWS] : []),
        // Only a finished report has taken all its probes.
        ...[trace && report?.status === 'complete' ? missedTarget(trace) : undefined].filter(
          (words) => words !== undefined,
        ),
      ],
    },
    estimateFigure('gradient norm', gradientNorm),
    ...pointFigures(loss, ''),
  ];
}

/** The largest eigenvalue, or while it is being searched what it is not below. */
function largestFigure(spectrum: Report['spectrum'] | undefined): Figure {
  const names = { label: 'largest eigenvalue', testId: 'largest-eigenvalue' };
  const { highestRitz, largest = [] } = spectrum ?? {};
  if (highestRitz === undefined || largest.length > 0)
    return eigenvalueFigure(names.label, names.testId, largest[0]);
  return { ...names, mark: 'at least', value: formatNumber(highestRitz, 3), errors: ['highest Ritz value'] };
}

function eigenvalueFigure(label: string, testId: string, eigenvalue: Eigenvalue | undefined): Figure {
  if (!eigenvalue) return { label, testId, value: undefined };
  const { value, errors } = formatFigure(eigenvalue.value, eigenvalueErrors(eigenvalue));
  return {
    label,
    testId,
    value,
    errors: [
      ...errors,
      ...(eigenvalue.samplingReason ? [eigenvalue.samplingReason] : []),
      ...(eigenvalue.converged ? [] : ['not converged']),
    ],
  };
}

function estimateFigure(label: string, estimate: Estimate | undefined): Figure {
  if (!estimate) return { label, value: undefined };
  return { label, ...joined([estimate], 1, '') };
}

interface Points {
  readonly train: LossPoint;
  readonly test?: LossPoint;
}

/** Loss and accuracy, train and test in one cell each. `where` tells the two ends of a line apart. */
function pointFigures(points: Points | undefined, where: string): Figure[] {
  const both = points && [points.train, ...(points.test ? [points.test] : [])];
  const sides = both?.length === 1 ? 'train' : 'train · test';
  const losses = both?.map(({ loss }) => loss);
  const accuracies = both?.flatMap(({ accuracy }) => (accuracy ? [accuracy] : []));
  return [
    { label: `loss${where}, ${sides}`, ...joined(losses, 1, '') },
    ...(accuracies?.length === 0
      ? []
      : [{ label: `accuracy${where}, ${sides}`, ...joined(accuracies, 100, ' %') }]),
  ];
}

/**
 * Values side by side, their errors after them, or why there is none. Where just one of two has an error (all training
 * rows classified rightly), it is told whose it is.
 */
function joined(
  estimates: readonly Estimate[] | undefined,
  factor: number,
  unit: string,
  digits = 4,
): Pick<Figure, 'value' | 'errors'> {
  if (!estimates) return { value: undefined };
  const texts = estimates.map(({ value, standardError }) =>
    formatWithError(value * factor, standardError === null ? null : standardError * factor, digits),
  );
  const value = texts.map((text) => text.value).join(' · ') + unit;
  const known = texts.map(({ error }) => error).filter(Boolean);
  const reasons = [...new Set(estimates.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))];
  if (known.length === 0) return { value, errors: reasons };
  const whose = known.length < texts.length ? (texts[0].error ? ' (train)' : ' (test)') : '';
  return { value, errors: [`± ${known.join(' · ')} over rows${whose}`, ...reasons] };
}

function interpolationFigures(report: Report): Figure[] {
  const slice = report.slices.find(({ kind }) => kind === 'interpolation');
  const barrier = slice && barrierAlong(slice.coordinates, slice.loss.train);
  return [
    ...pointFigures(report.loss, ' at t = 0'),
    ...pointFigures(report.otherLoss, ' at t = 1'),
    {
      label: 'training loss barrier',
      testId: 'barrier',
      value: barrier && (barrier.height > 0 ? formatNumber(barrier.height, 3) : 'none'),
      errors: barrier && barrier.height > 0 ? [`at t = ${formatNumber(barrier.t, 3)}`] : [],
    },
    ...(slice?.unit === undefined
      ? []
      : [{ label: 'distance between them', value: formatNumber(slice.unit, 4) }]),
  ];
}
