import type { MeasureContext } from '../../analysis/measures/measure';
import { measure } from '../../analysis/measures/registry';
import type { SymmetricOperator } from '../../analysis/operator';
import { SpectrumOverRows } from '../../analysis/spectrum/spectrum-over-rows';
import type { SpectralMeasure } from '../../analysis/spectrum/spectral-measure';
import { judged } from '../../objective/loss/accuracy';
import type { Point } from '../../objective/evaluation/objective';
import type { Measure, Spectrum } from '../../contract/report';
import type { MeasureId } from '../../contract/measures';
import type { OperatorName } from '../../contract/vocabulary';
import { operatorAt } from './operator-at';
import type { Problem } from '../preparation/problem';
import { correctnessOf } from '../preparation/measure-point';

export interface MeasureOptions {
  readonly seed: number;
  /** What is known of the spectrum there, and of which matrix. */
  readonly spectrum: Spectrum;
  readonly spectrumOf: OperatorName;
  readonly spectralMeasure?: SpectralMeasure | undefined;
  /** That matrix, where it was had whole. */
  readonly matrix?: SymmetricOperator | undefined;
  /** The gradient of the mean loss at the point, if it is known. */
  readonly gradient?: Float64Array;
  readonly signal: AbortSignal;
  /** Hears the share that is done. */
  readonly onProgress: (share: number) => void;
  readonly onMeasure: (measure: Measure) => void;
}

/**
 * Runs measures of sharpness at a point of a problem, over its training rows.
 *
 * @returns one sentence for each that is not defined there.
 * @throws CancelledError.
 */
export async function measureAt(
  problem: Problem,
  point: Point,
  ids: readonly MeasureId[],
  options: MeasureOptions,
): Promise<string[]> {
  return measure(await measureContext(problem, point, options), ids, options.onMeasure);
}

/** What measures look at: the objective of a problem around a point. */
export async function measureContext(
  { objective, data, loss, selection }: Problem,
  origin: Point,
  options: Omit<MeasureOptions, 'onMeasure'>,
): Promise<MeasureContext> {
  const { signal, seed, spectrum, spectrumOf, spectralMeasure, matrix, onProgress: progress } = options;
  const along = (operator: OperatorName, vector: Float64Array) =>
    objective.along(operator, origin, vector, signal);
  // Losses and right predictions come together, and a measure may ask for both at one point.
  type Figures = Awaited<ReturnType<typeof objective.figures>>;
  let latest: { readonly point: Point; readonly figures: Promise<Figures> } | undefined;
  const figure = correctnessOf(loss, data.train.labels, selection.rows) ?? (() => new Float64Array(0));
  const figuresAt = (point: Point): Promise<Figures> => {
    if (latest?.point !== point)
      latest = { point, figures: objective.figures('train', point, figure, signal) };
    return latest.figures;
  };
  const gradientAt = (point: Point) => objective.gradient(point, signal);
  const { losses } = await figuresAt(origin);
  return {
    origin,
    blocks: objective.parameters.blocks,
    seed,
    signal,
    losses,
    precision: objective.backend.precision,
    gradient: options.gradient ?? (await gradientAt(origin)).gradient,
    rowLosses: async (point) => (await figuresAt(point)).losses,
    rowCorrect: async (point) => loss.accuracy && judged((await figuresAt(point)).figures),
    gradientAt,
    directional: (vector) => objective.directional(origin, vector, signal),
    hessian: operatorAt(objective, origin, 'hessian'),
    gaussNewton: operatorAt(objective, origin, 'ggn'),
    along,
    hasFisher: loss.hasFisher,
    spectrum,
    spectrumOf,
    spectralMeasure,
    spectrumOverRows:
      matrix && new SpectrumOverRows(matrix, (vector) => along(spectrumOf, vector), seed, signal),
    progress,
  };
}
