import assert from 'node:assert/strict';
import type { MeasureContext } from '../../../../src/analysis/measures/measure';
import { measure } from '../../../../src/analysis/measures/registry';
import type { Measure, Spectrum } from '../../../../src/contract/report';
import type { MeasureId } from '../../../../src/contract/measures';
import { diagonal, sum } from '../operators';

/** The rows of an artificial problem: of row i the loss is base_i + a_i g.y + c_i y.Hy/2 with y = x - origin. */
export interface Quadratic {
  readonly theta: readonly number[];
  readonly slopes: readonly number[];
  readonly curvatures: readonly number[];
  /** Weights of the rows, of mean 1. */
  readonly a?: readonly number[];
  readonly c?: readonly number[];
  readonly base?: readonly number[];
  /** Of each row: is it right at this point? */
  readonly correct?: (theta: Float64Array, row: number) => boolean;
  readonly spectrum?: Spectrum;
}

export function contextOf(quadratic: Quadratic, more: Partial<MeasureContext> = {}): MeasureContext {
  const { theta, slopes, curvatures, a = [1, 1], c = [1, 1], base = [0.5, 0.5], correct } = quadratic;
  const origin = { theta: Float64Array.from(theta) };
  const rowLosses = (at: Float64Array) => {
    const y = at.map((value, i) => value - theta[i]);
    const linear = sum(y.map((value, i) => value * slopes[i]));
    const bent = sum(y.map((value, i) => (value ** 2 * curvatures[i]) / 2));
    return Float64Array.from(base, (value, row) => value + a[row] * linear + c[row] * bent);
  };
  const mean = (values: Float64Array) => sum(values) / values.length;
  const bentAlong = (vector: Float64Array) => {
    const second = sum(vector.map((value, i) => value ** 2 * curvatures[i]));
    return Float64Array.from(c, (weight) => weight * second);
  };
  return {
    origin,
    blocks: [],
    seed: 1,
    precision: 'float64',
    signal: new AbortController().signal,
    losses: rowLosses(origin.theta),
    gradient: Float64Array.from(slopes),
    rowLosses: async (point) => rowLosses(point.theta),
    rowCorrect: async (point) =>
      correct && Float64Array.from(base, (_, row) => (correct(point.theta, row) ? 1 : 0)),
    gradientAt: async (point) => ({
      loss: mean(rowLosses(point.theta)),
      gradient: point.theta.map((value, i) => slopes[i] + curvatures[i] * (value - theta[i])),
    }),
    directional: async (vector) => {
      const first = sum(vector.map((value, i) => value * slopes[i]));
      return { first: Float64Array.from(a, (weight) => weight * first), second: bentAlong(vector) };
    },
    along: async (_operator, vector) => bentAlong(vector),
    hessian: diagonal(curvatures),
    gaussNewton: diagonal(curvatures),
    hasFisher: true,
    spectrum: quadratic.spectrum ?? { largest: [], smallest: [] },
    spectrumOf: 'hessian',
    progress: () => undefined,
    ...more,
  };
}

export async function run(context: MeasureContext, ids: readonly MeasureId[]) {
  const found = new Map<string, Measure>();
  const notes = await measure(context, ids, (each) => found.set(each.id, each));
  return { found, notes };
}

export async function single(context: MeasureContext, id: MeasureId): Promise<Measure> {
  const { found, notes } = await run(context, [id]);
  assert.deepEqual(notes, []);
  return found.get(id)!;
}

/** The measures that are read off a spectrum. */
export const SPECTRAL: readonly MeasureId[] = [
  'lambda-max',
  'lambda-min',
  'lambda-ratio',
  'trace',
  'trace-per-parameter',
  'trace-over-lambda-max',
  'negative-mass',
  'negative-share',
  'spectral-entropy',
  'participation',
  'effective-dimensionality',
];
