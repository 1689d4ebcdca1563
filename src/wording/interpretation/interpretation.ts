import { formatCount, formatNumber, formatPercent, subscript, withError } from '../format-number';
import { type Interpretation, interpretInterpolation } from './of-interpolation';
import type { Eigenvalue, Report } from '../../contract/report';

/** How the matrices other than the Hessian are called in a sentence. */
const MATRICES: Readonly<Record<string, string>> = {
  ggn: 'Gauss-Newton',
  fisher: 'Fisher',
  'empirical-fisher': 'empirical Fisher',
};

/** Above this share of the loss, what the gradient promises says that the point is not stationary. */
export const STATIONARY_SHARE = 0.01;
/** So much of all curvature is called "carried" by the directions that hold it, where they are so small a share of all. */
const CARRIED = 0.5;
const FEW = 0.05;
/** A Ritz value counts as negative only when it is clear of float32 rounding, which scales with λ₁. */
const ROUNDING = 1e-4;

const RESCALING =
  'These figures change when layers are rescaled without changing the function (Dinh et al. 2017), so alone they ' +
  'say nothing about generalization';

/**
 * Reads an analysis or an interpolation. The rules, in this order: no verdict while an eigenvalue has not converged;
 * not at a stationary point when the bottom of the quadratic model lies more than 1 % of the loss below it, and then, or
 * where that is open, neither minimum nor saddle is spoken of; negative curvature only when λmin and its error bound lie
 * below zero; the step above which gradient descent diverges, 2/λ₁; and always the line on rescaling.
 */
export function interpret(report: Report): Interpretation {
  return report.kind === 'interpolation' ? interpretInterpolation(report) : interpretAnalysis(report);
}

/** {@link interpret} as one paragraph, for a hover or a terminal. */
export function plainSentences(report: Report): string {
  const { findings, caveats } = interpret(report);
  return [...findings, ...caveats].join(' ');
}

function interpretAnalysis(report: Report): Interpretation {
  const top = report.spectrum.largest[0];
  if (!top) return { findings: [], caveats: [rescalingLine(report)] };
  const caveats = [rescalingLine(report), ...samplingLine(top)];
  const open = unconverged(report);
  if (open)
    return { findings: [`No verdict${report.status === 'running' ? ' yet' : ''}: ${open}.`], caveats };
  if (top.value - top.errorBound <= 0) {
    return {
      findings: [`No direction clearly curves upwards: the largest eigenvalue is ${eigenvalueText(top)}.`],
      caveats,
    };
  }
  const stationary = stationarity(report, top.value);
  const { operator } = report.settings;
  if (operator !== 'hessian') {
    const name = MATRICES[operator] ?? operator;
    return {
      findings: [
        `These are figures of the ${name} matrix, not of the Hessian: they do not say whether any direction curves downwards.`,
        ...concentration(report),
      ],
      caveats,
    };
  }
  return {
    findings: [
      ...(stationary ? [stationary.sentence] : []),
      ...curvatureSign(report, stationary?.reached === true),
      ...concentration(report),
      `In the quadratic model plain gradient descent diverges for steps above ${formatNumber(2 / top.value, 3)} (2/λ₁); momentum, adaptive steps and batch norm in training move that bound.`,
    ],
    caveats,
  };
}

function eigenvalueText(eigenvalue: Eigenvalue): string {
  return withError(eigenvalue.value, eigenvalue.errorBound);
}

/** Says which value has not converged, if one has not. */
function unconverged({ spectrum }: Report): string | undefined {
  const largest = spectrum.largest.findIndex(({ converged }) => !converged);
  if (largest >= 0) {
    return `eigenvalue λ${subscript(largest + 1)} = ${eigenvalueText(spectrum.largest[largest])} has not converged`;
  }
  const smallest = spectrum.smallest.find(({ converged }) => !converged);
  return smallest && `the smallest eigenvalue, ${eigenvalueText(smallest)}, has not converged`;
}

/** Compares what the gradient promises in the quadratic model with the loss; silent before that is known. */
function stationarity(report: Report, lambda: number): { reached: boolean; sentence: string } | undefined {
  if (!report.loss || !report.gradientNorm) return undefined;
  const promise = report.gradientPromise;
  const { value, loss, share } = promised(report.loss, report.gradientNorm.value, promise, lambda);
  const figures = `½ gᵀH⁺g ${promise?.end === 'settled' ? '=' : '≥'} ${formatNumber(value, 3)} of ${formatNumber(loss, 3)}`;
  if (share > STATIONARY_SHARE && withinItsError(report, lambda)) {
    const { value: norm, overRows } = report.gradientNorm;
    const why =
      (overRows?.value ?? 0) < norm / 2
        ? 'their gradient is mostly what having only them adds to it'
        : 'what the gradient promises may be little within its error';
    const sentence = `Whether this is a stationary point cannot be told from so few rows: ${why} (${report.gradientNorm.reason}).`;
    return { reached: false, sentence };
  }
  if (share > STATIONARY_SHARE) {
    const said =
      promise?.end === 'downwards'
        ? 'the gradient leads into directions that curve downwards, where the quadratic model has no bottom'
        : share >= 1
          ? 'the gradient promises more than the whole loss, so the quadratic model does not reach the bottom'
          : `the gradient promises ${promise?.end === 'settled' ? 'about' : 'at least'} ${formatPercent(share, 2)} of the loss`;
    return { reached: false, sentence: `Not at a stationary point: ${said} (${figures}).` };
  }
  if (!promise) return undefined;
  const open = promise.end === 'open';
  return {
    reached: !open,
    sentence: open
      ? `Whether this is a stationary point is open: the gradient promises little in the directions looked at (${figures}), flatter ones may hold more.`
      : `Close to a stationary point: the gradient promises little (${figures}).`,
  };
}

/** What the gradient promises by the quadratic model, of the training loss. */
function promised(
  { train }: NonNullable<Report['loss']>,
  gradientNorm: number,
  promise: Report['gradientPromise'],
  lambda: number,
): { value: number; loss: number; share: number } {
  const loss = train.loss.value;
  // A step of 1/λ₁ gains this at least, also where nothing better was measured.
  const value = Math.max(promise?.value ?? 0, gradientNorm ** 2 / (2 * lambda));
  return { value, loss, share: value / Math.abs(loss) };
}

/**
 * The share of the training loss that the gradient promises in the quadratic model of the Hessian; undefined where it is not
 * known, or may be what having few rows adds to their gradient.
 */
export function promisedShare(report: Report): number | undefined {
  const [top] = report.spectrum.largest;
  const { loss, gradientNorm, gradientPromise, settings } = report;
  if (!top || !loss || !gradientNorm || settings.operator !== 'hessian') return undefined;
  if (!top.converged || top.value - top.errorBound <= 0 || withinItsError(report, top.value))
    return undefined;
  return promised(loss, gradientNorm.value, gradientPromise, top.value).share;
}

/** May the gradient over all rows like these be too short to promise anything, within two standard errors? */
function withinItsError({ loss, gradientNorm }: Report, lambda: number): boolean {
  const { value, standardError } = gradientNorm?.overRows ?? { value: 0, standardError: null };
  if (standardError === null || !loss) return false;
  const least = Math.max(value - 2 * standardError, 0) ** 2 / (2 * lambda);
  return least <= STATIONARY_SHARE * Math.abs(loss.train.loss.value);
}

/** What is known of the lower end of the spectrum; a saddle or a minimum is named only at a stationary point. */
function curvatureSign(report: Report, stationary: boolean): string[] {
  const { smallest, lowestRitz, largest } = report.spectrum;
  const lowest = smallest[0];
  if (lowest && lowest.value + lowest.errorBound < 0) {
    const fact = `the smallest eigenvalue is ${eigenvalueText(lowest)}`;
    const size = `${formatPercent(-lowest.value / largest[0].value, 2)} of λ₁ in size`;
    const doubt =
      lowest.heldFixed && lowest.value + 2 * lowest.heldFixed >= 0
        ? ' On other rows it could be zero or positive.'
        : '';
    return stationary
      ? [`Some directions curve downwards, as at a saddle${ofWhichLoss(report)}: ${fact}, ${size}.${doubt}`]
      : [`Some curvature is negative: ${fact}, ${size}.${doubt}`];
  }
  if (lowest && lowest.value - lowest.errorBound > 0) {
    return stationary
      ? [
          `Every direction curves upwards: a minimum${ofWhichLoss(report) || ' of this loss'} (smallest eigenvalue ${eigenvalueText(lowest)}).`,
        ]
      : [`All curvature is positive: the smallest eigenvalue is ${eigenvalueText(lowest)}.`];
  }
  if (lowest) {
    return [`The smallest eigenvalue is zero within its error, ${eigenvalueText(lowest)}: its sign is open.`];
  }
  const rounding = Math.max(ROUNDING * largest[0].value, largest[0].errorBound);
  if (lowestRitz !== undefined && lowestRitz < -rounding) {
    return [
      `At least one direction curves downwards: the smallest eigenvalue is at most ${formatNumber(lowestRitz, 3)}.`,
    ];
  }
  return report.status === 'running'
    ? []
    : [
        'Whether any direction curves downwards was not measured: the smallest eigenvalues were not asked for.',
      ];
}

/** What was trained may have been another function, with other minima. */
const ofWhichLoss = ({ settings }: Report): string =>
  settings.weightDecay === 'none'
    ? ''
    : ` of the loss ${settings.weightDecay.startsWith('included') ? 'with' : 'without'} the penalties that the network was trained with`;

/**
 * Do few directions carry the curvature? Where the largest eigenvalues that are known hold half of the sum of all sizes,
 * and are few among all. The trace stands for that sum unless negative curvature may cancel in it.
 */
function concentration(report: Report): string[] {
  const { trace, density, exact } = report.spectrum;
  const dimension = report.checkpoint.parameters;
  const sizes = density?.nodes.reduce(
    (sum, { eigenvalue, weight }) => sum + weight * Math.abs(eigenvalue),
    0,
  );
  const whole = exact
    ? exact.eigenvalues.reduce((sum, value) => sum + Math.abs(value), 0)
    : Math.max((trace?.value ?? NaN) + 2 * (trace?.standardError ?? NaN), (sizes ?? 0) * dimension);
  const known = exact
    ? [...exact.eigenvalues].sort((a, b) => b - a)
    : report.spectrum.largest.map(({ value, errorBound }) => value - errorBound);
  if (!(whole > 0) || (density && density.negativeShare.value > 0.2)) return [];
  let held = 0;
  const count = 1 + known.findIndex((value) => (held += Math.max(0, value)) >= CARRIED * whole);
  if (count === 0 || count > FEW * dimension) return [];
  const which = count === 1 ? 'the largest eigenvalue is' : `the ${count} largest eigenvalues are`;
  return [
    `Few of the ${formatCount(dimension)} directions carry the curvature: ${which} at least ${formatPercent(Math.min(1, held / whole), 2)} of all of it.`,
  ];
}

function rescalingLine(report: Report): string {
  const invariant = report.measures.some((measure) => measure.invariant);
  return invariant ? `${RESCALING}; the measures marked invariant do not change.` : `${RESCALING}.`;
}

function samplingLine(top: Eigenvalue): string[] {
  if (top.samplingReason === undefined) return [];
  return [
    'λ₁ has no error over rows: an extreme value found on these rows, it is biased upwards where they are few.',
  ];
}
