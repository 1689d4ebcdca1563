import { formatCount, formatNumber, formatPercent, subscript, withError } from './format-number';
import { interpretInterpolation } from './interpretation-line';
import type { Eigenvalue, Report } from './report';

/** How the matrices other than the Hessian are called in a sentence. */
const MATRICES: Readonly<Record<string, string>> = {
  ggn: 'Gauss-Newton',
  fisher: 'Fisher',
  'empirical-fisher': 'empirical Fisher',
};

/** What a report means in plain sentences, and, apart from them, what it does not mean. */
export interface Interpretation {
  /** The first sentence is the verdict. Empty until there is enough to say anything. */
  readonly findings: readonly string[];
  readonly caveats: readonly string[];
}

/** Above this share of the loss, |g|²/(2 λ₁) says that the point is not stationary. */
const STATIONARY_SHARE = 0.01;
/** A Ritz value counts as negative only when it is clear of float32 rounding, which scales with λ₁. */
const ROUNDING = 1e-4;

const RESCALING =
  'These figures change when layers are rescaled without changing the function (Dinh et al. 2017), so alone they ' +
  'say nothing about generalization';

/**
 * Reads an analysis or an interpolation. The rules, in this order: no verdict while an eigenvalue has not converged;
 * not at a stationary point when |g|²/(2 λ₁) exceeds 1 % of the loss, and then neither minimum nor saddle is
 * spoken of; negative curvature only when λmin and its error bound lie below zero; the step below which gradient
 * descent is stable, 2/λ₁; and always the line on rescaling.
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
        ...concentration(report, top.value),
      ],
      caveats,
    };
  }
  return {
    findings: [
      ...(stationary ? [stationary.sentence] : []),
      ...curvatureSign(report, stationary?.reached === true),
      ...concentration(report, top.value),
      `Plain gradient descent is stable here for steps below ${formatNumber(2 / top.value, 3)} (2/λ₁).`,
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

/** Compares |g|²/(2 λ₁), what a gradient step of 1/λ₁ gains at least in the quadratic model, with the loss. */
function stationarity(report: Report, lambda: number): { reached: boolean; sentence: string } | undefined {
  if (!report.loss || !report.gradientNorm) return undefined;
  const loss = report.loss.train.loss.value;
  const gain = report.gradientNorm.value ** 2 / (2 * lambda);
  const reached = gain <= STATIONARY_SHARE * Math.abs(loss);
  const figures = `|g|²/2λ₁ = ${formatNumber(gain, 3)} of ${formatNumber(loss, 3)}`;
  if (reached) {
    return { reached, sentence: `Close to a stationary point: the gradient promises little (${figures}).` };
  }
  const promise =
    gain >= Math.abs(loss)
      ? 'the gradient promises more than the whole loss, so the quadratic model does not reach the bottom'
      : `one gradient step would still lower the loss by about ${formatPercent(gain / Math.abs(loss), 2)}`;
  return { reached, sentence: `Not at a stationary point: ${promise} (${figures}).` };
}

/** What is known of the lower end of the spectrum; a saddle or a minimum is named only at a stationary point. */
function curvatureSign(report: Report, stationary: boolean): string[] {
  const { smallest, lowestRitz, largest } = report.spectrum;
  const lowest = smallest[0];
  if (lowest && lowest.value + lowest.errorBound < 0) {
    const fact = `the smallest eigenvalue is ${eigenvalueText(lowest)}`;
    const size = `${formatPercent(-lowest.value / largest[0].value, 2)} of λ₁ in size`;
    const doubt =
      lowest.samplingError && lowest.value + 2 * lowest.samplingError >= 0
        ? ' On other rows it could be zero or positive.'
        : '';
    return stationary
      ? [`Some directions curve downwards, as at a saddle: ${fact}, ${size}.${doubt}`]
      : [`Some curvature is negative: ${fact}, ${size}.${doubt}`];
  }
  if (lowest && lowest.value - lowest.errorBound > 0) {
    return stationary
      ? [
          `Every direction curves upwards: a minimum of this loss (smallest eigenvalue ${eigenvalueText(lowest)}).`,
        ]
      : [`All curvature is positive: the smallest eigenvalue is ${eigenvalueText(lowest)}.`];
  }
  if (lowest) {
    return [`The smallest eigenvalue is zero within its error, ${eigenvalueText(lowest)}: its sign is open.`];
  }
  if (lowestRitz !== undefined && lowestRitz < -ROUNDING * largest[0].value) {
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

/** How few directions carry the curvature, from tr/λ₁; silent when positive and negative parts may cancel. */
function concentration(report: Report, lambda: number): string[] {
  const { trace, density } = report.spectrum;
  const dimension = report.checkpoint.parameters;
  if (!trace || (density && density.negativeShare.value > 0.2)) return [];
  if (trace.value - 2 * trace.standardError <= 0) return [];
  const ratio = trace.value / lambda;
  if (ratio > dimension / 20) return [];
  return [
    `Few of the ${formatCount(dimension)} directions carry the curvature: the trace is ${formatNumber(ratio, 2)} times λ₁.`,
  ];
}

function rescalingLine(report: Report): string {
  const invariant = report.measures.some((measure) => measure.invariant);
  return invariant ? `${RESCALING}; the measures marked invariant do not change.` : `${RESCALING}.`;
}

function samplingLine(top: Eigenvalue): string[] {
  if (!top.samplingError) return [];
  return [`Other rows would move λ₁ by about ${formatNumber(top.samplingError, 2)} (one standard error).`];
}
