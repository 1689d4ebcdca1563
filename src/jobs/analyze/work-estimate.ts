import { measuresAsked, workOf } from '../../analysis/measures/registry';
import { QUADRATURE } from '../../analysis/spectrum/density';
import { LEAST_PROBES, MOST_PROBES } from '../../analysis/spectrum/trace';
import type { AnalyzeRequest } from '../../contract/settings';
import type { MeasuredCost } from './measured-cost';
import type { Problem } from '../preparation/problem';
import type { Stage } from '../context/progress-plan';

/** Products that the parts of an analysis take, from what they took on real networks. */
const LARGEST_BASE = 14;
const FRESH_START = 5;
/**
 * Probes of a trace, between the least that are always taken and the most at which it gives up: the more parameters, the
 * more of the trace lies beyond the eigenvalue search. Networks of up to 5,400 parameters took 16 to 20, those of the bench
 * 16 (20,000), 36 (130,000), 100 (270,000), 44 (670,000) and 80 (800,000).
 */
const likelyProbes = (parameters: number): number =>
  Math.min(MOST_PROBES, LEAST_PROBES + 35 * Math.max(0, Math.log10(parameters / 1e4)));
const PER_TENSOR = 8;
const SMALLEST_EACH = 40;
/** Products at most for what the gradient promises, and what they mostly are. */
export const PROMISE_PRODUCTS = 16;
const LIKELY_PROMISE = 8;
export const SLICE_POINTS = 25;
/** Slices along random directions: one alone could be a lucky draw. */
export const RANDOM_SLICES = 2;
/** Vectors along which the rows' gradients are taken. */
const GRADIENT_ALONG = 9;
/** A gradient, and first and second derivatives along a vector, as shares of a product. */
const GRADIENT = 0.5;
const ALONG = 0.5;
/** Programs beside those of products take so long to compile, as shares of that of one product. */
const COMPILE_VALUE = 0.1;
const COMPILE_GRADIENT = 0.5;
const COMPILE_ALONG = 0.5;
/** Products of passes of four and of one in the checks, losses for their differences, and the reference in float64. */
const CHECKS = { fours: 8, singles: 2, values: 8, gradients: 6, reference: 500 };

/** What decides how much there is to do. */
export interface WorkSize {
  readonly tensors: number;
  readonly parameters: number;
  /** Test rows over training rows: the loss is measured on both. */
  readonly testShare: number;
}

export const workSize = ({ objective, data }: Pick<Problem, 'objective' | 'data'>): WorkSize => ({
  tensors: objective.parameters.blocks.length,
  parameters: objective.parameters.dimension,
  testShare: objective.hasTest ? (data.test?.rows ?? 0) / objective.rows : 0,
});

/** Before anything is measured: in units of a product. */
const USUAL: MeasuredCost = {
  single: 1,
  ofFour: 0.9,
  compileSingle: 5,
  compileFour: 10,
  value: 0.2,
  orthogonalize: 0.0015,
  eigenvalues: 1e-9,
};

/** Vectors made orthogonal to one another while a basis grows from one size to another. */
const growing = (from: number, to: number): number => (to * to - from * from) / 2;

/**
 * The stages of an analysis: their work as they count it themselves (in products where they take products), and their
 * weight by what things cost, in that cost's unit of time.
 */
export function stagesOf(request: AnalyzeRequest, size: WorkSize, cost: MeasuredCost = USUAL): Stage[] {
  const { tensors, parameters, testShare } = size;
  const stage = (name: string, work: number, weight: number): Stage => ({
    name,
    work: Math.max(0.1, work),
    weight,
  });
  const measures = measuresAsked(request.measures);
  const few = (products: number) => Math.min(products, 2 * parameters);
  const searched = Math.min(parameters, LARGEST_BASE + FRESH_START + request.top);
  const toLargest = searched + 1;
  const losses = cost.value * (1 + testShare);
  const along = ALONG * cost.single;
  const largest = toLargest * cost.single + growing(0, searched) * cost.orthogonalize;
  const probes = few(Math.round(likelyProbes(parameters)));
  const trace = probes * (cost.ofFour + 2 * searched * cost.orthogonalize);
  const bottom = few(SMALLEST_EACH * request.bottom);
  const steps = QUADRATURE.probes * QUADRATURE.steps;
  const bases = QUADRATURE.probes * growing(0, QUADRATURE.steps);
  const matrix = parameters * cost.ofFour;
  const eigenvalues = parameters ** 3 * cost.eigenvalues;
  const slices = Math.min(3, request.top) + RANDOM_SLICES;
  const work = workOf(measures, parameters);
  return [
    stage('loss', 1, losses + COMPILE_VALUE * cost.compileSingle),
    stage(
      'gradient',
      1,
      GRADIENT * cost.single +
        GRADIENT_ALONG * along +
        (COMPILE_GRADIENT + COMPILE_ALONG) * cost.compileSingle,
    ),
    stage('checks', 1, checkingCost(cost)),
    stage('largest eigenvalues', toLargest, largest + request.top * along),
    ...(request.bottom > 0
      ? [
          stage(
            'smallest eigenvalues',
            bottom,
            bottom * (request.bottom > 1 ? cost.ofFour : cost.single) +
              growing(searched, searched + bottom) * cost.orthogonalize +
              request.bottom * along,
          ),
        ]
      : []),
    ...(request.operator === 'hessian'
      ? [stage('gradient over curvature', few(LIKELY_PROMISE), few(LIKELY_PROMISE) * cost.single)]
      : []),
    ...((request.trace || request.layers !== 'off') && !request.exact ? [stage('trace', probes, trace)] : []),
    ...(request.exact
      ? [stage('dense matrix', parameters, matrix), stage('eigenvalues of the matrix', 1, eigenvalues)]
      : []),
    ...(request.slices
      ? [stage('slices', slices * SLICE_POINTS, slices * (SLICE_POINTS * losses + along))]
      : []),
    ...(request.layers === 'full' && !request.exact
      ? [stage('layers', tensors * PER_TENSOR, tensors * PER_TENSOR * cost.ofFour)]
      : []),
    ...(request.operators
      ? [
          stage(
            'other matrices',
            2 * (toLargest + probes),
            2 * (largest + trace + cost.compileSingle + cost.compileFour),
          ),
        ]
      : []),
    ...(request.density && !request.exact
      ? [
          steps < parameters
            ? stage('density', steps, steps * cost.ofFour + bases * cost.orthogonalize)
            : stage('density', parameters, matrix + eigenvalues),
        ]
      : []),
    ...(measures.length > 0 ? [stage('measures', work, work * cost.single)] : []),
  ];
}

function checkingCost(cost: MeasuredCost): number {
  const { fours, singles, values, gradients, reference } = CHECKS;
  const products = fours * cost.ofFour + singles * cost.single + gradients * GRADIENT * cost.single;
  const programs = (1 + COMPILE_GRADIENT) * cost.compileSingle + cost.compileFour;
  return products + values * cost.value + programs + (cost === USUAL ? 0 : reference);
}

/** Seconds that stages will take, weighed in milliseconds. */
export const secondsOf = (stages: readonly Stage[]): number =>
  stages.reduce((sum, { weight }) => sum + weight, 0) / 1000;

/** Products that stages will take. */
export const productsOf = (stages: readonly Stage[]): number =>
  Math.round(
    stages.reduce((sum, { name, work }) => sum + (NO_PRODUCTS.has(name) ? 0 : work), 0) +
      CHECKS.fours +
      CHECKS.singles,
  );

const NO_PRODUCTS: ReadonlySet<string> = new Set([
  'loss',
  'gradient',
  'checks',
  'slices',
  'eigenvalues of the matrix',
]);
