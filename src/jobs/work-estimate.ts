import { measuresAsked, workOf } from '../analysis/measures/registry';
import type { Objective, Point } from '../objective/objective';
import type { AnalyzeRequest, OperatorName } from '../shared/settings';
import type { Stage } from './progress-plan';

/** Products that the parts of an analysis take, from what they took on real networks. */
const CHECKS = 14;
const LARGEST_BASE = 14;
const FRESH_START = 5;
const TRACE = 18;
const PER_TENSOR = 8;
const DENSITY_STEPS = 100;
const DENSITY_PROBES = 4;
const SMALLEST_EACH = 40;
export const SLICE_POINTS = 25;
/** Evaluating the loss costs about a fifth of a product. */
const VALUE = 0.2;

/** The stages of an analysis with their work in Hessian-vector products. */
export function stagesOf(request: AnalyzeRequest, tensors: number, parameters: number): Stage[] {
  const stage = (name: string, work: number): Stage => ({ name, work: Math.max(0.1, work) });
  const measures = measuresAsked(request.measures);
  const few = (products: number) => Math.min(products, 2 * parameters);
  return [
    stage('loss', 2 * VALUE),
    stage('gradient', 1.5),
    stage('checks', CHECKS),
    stage('largest eigenvalues', few(LARGEST_BASE + FRESH_START + 2 * request.top)),
    ...(request.bottom > 0 ? [stage('smallest eigenvalues', few(SMALLEST_EACH * request.bottom))] : []),
    ...((request.trace || request.layers !== 'off') && !request.exact ? [stage('trace', few(TRACE))] : []),
    ...(request.exact ? [stage('exact spectrum', parameters)] : []),
    ...(request.slices
      ? [stage('slices', 2 * SLICE_POINTS * VALUE * (Math.min(3, request.top) + 1) + 1)]
      : []),
    ...(request.layers === 'full' && !request.exact ? [stage('layers', tensors * PER_TENSOR)] : []),
    ...(request.operators
      ? [stage('other matrices', 2 * few(LARGEST_BASE + FRESH_START + 2 * request.top + TRACE))]
      : []),
    ...(request.density && !request.exact
      ? [stage('density', Math.min(DENSITY_STEPS * DENSITY_PROBES, parameters))]
      : []),
    ...(measures.length > 0 ? [stage('measures', workOf(measures, parameters))] : []),
  ];
}

/** Milliseconds of one product in a pass of one and of four, each the second of two runs (the first compiles). */
export interface MeasuredCost {
  readonly single: number;
  readonly ofFour: number;
}

/** Products of the same vectors twice, the second pass timed: the first one compiles. */
export async function timedProducts(
  objective: Objective,
  operator: OperatorName,
  point: Point,
  vectors: readonly Float64Array[],
  signal?: AbortSignal,
): Promise<{ products: Float64Array[]; repeated: Float64Array[]; milliseconds: number }> {
  const products = await objective.products(operator, point, vectors, signal);
  const started = performance.now();
  const repeated = await objective.products(operator, point, vectors, signal);
  return { products, repeated, milliseconds: performance.now() - started };
}

/** What products cost here: along vectors of ones, since the time does not depend on the vector. */
export async function measureCost(
  objective: Objective,
  operator: OperatorName,
  point: Point,
  signal?: AbortSignal,
): Promise<MeasuredCost> {
  const ones = new Float64Array(objective.parameters.dimension).fill(1);
  const timed = async (count: number) => {
    const vectors = new Array<Float64Array>(count).fill(ones);
    return (await timedProducts(objective, operator, point, vectors, signal)).milliseconds / count;
  };
  return { single: await timed(1), ofFour: await timed(4) };
}

/** Seconds that stages will take. Those that use several vectors a pass are cheaper by the product. */
export function secondsOf(stages: readonly Stage[], cost: MeasuredCost): number {
  return stages.reduce(
    (sum, { name, work }) => sum + (work * (MULTI.has(name) ? cost.ofFour : cost.single)) / 1000,
    0,
  );
}

const MULTI: ReadonlySet<string> = new Set(['trace', 'exact spectrum', 'density', 'layers']);

/**
 * The request cut down until it fits its budget of seconds: first no largest eigenvalue a tensor, then no other matrix,
 * then no measure that takes work of its own, then no smallest eigenvalues. Says what was left out.
 */
export function withinBudget(
  request: AnalyzeRequest,
  tensors: number,
  parameters: number,
  cost: MeasuredCost,
): { request: AnalyzeRequest; notes: string[] } {
  const budget = request.budgetSeconds ?? Infinity;
  const notes: string[] = [];
  let fitted = request;
  const tooLong = () => secondsOf(stagesOf(fitted, tensors, parameters), cost) > budget;
  if (fitted.layers === 'full' && tooLong()) {
    fitted = { ...fitted, layers: 'trace' };
    notes.push(
      `Largest eigenvalues per tensor were left out: the whole would have taken more than ${budget} s. Set "layers": "full" to have them.`,
    );
  }
  if (fitted.operators && tooLong()) {
    fitted = { ...fitted, operators: false };
    notes.push(
      `The matrices beside the Hessian were left out: the whole would have taken more than ${budget} s. Set "operators": true to have them.`,
    );
  }
  const measures = measuresAsked(fitted.measures);
  const free = measures.filter((id) => workOf([id], parameters) === 0);
  if (free.length < measures.length && tooLong()) {
    fitted = { ...fitted, measures: free };
    notes.push(
      `Measures of sharpness beyond the spectrum's were left out: the whole would have taken more than ${budget} s. Set "measures": true to have them.`,
    );
  }
  if (fitted.bottom > 0 && tooLong()) {
    fitted = { ...fitted, bottom: 0 };
    notes.push(
      `The smallest eigenvalues were left out: the whole would have taken more than ${budget} s. Set "bottom" to have them.`,
    );
  }
  return { request: fitted, notes };
}
