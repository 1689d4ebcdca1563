import type { ParameterBlock } from '../../objective/programs/parameter-space';
import type { Point } from '../../objective/evaluation/objective';
import type { Measure, Spectrum } from '../../contract/report';
import type { MeasureId } from '../../contract/measures';
import type { OperatorName } from '../../contract/vocabulary';
import type { SymmetricOperator } from '../operator';
import type { SpectrumOverRows } from '../spectrum/spectrum-over-rows';
import type { SpectralMeasure } from '../spectrum/spectral-measure';

/** What a measure looks at: a loss around a point, by its values and derivatives over one fixed set of training rows. */
export interface MeasureContext {
  readonly origin: Point;
  readonly blocks: readonly ParameterBlock[];
  /** Seed of every random draw; each measure has streams of its own, so that leaving one out moves no other. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** The loss of every row at the origin, and the gradient of their mean. */
  readonly losses: Float64Array;
  readonly gradient: Float64Array;
  /** Loss of every training row elsewhere; not finite where it overflows. */
  rowLosses(point: Point): Promise<Float64Array>;
  /** Of the numbers that derivatives are computed in. */
  readonly precision: 'float32' | 'float64';
  /** Does the gradient point nowhere, being rounding of rows that cancel? Set once the measures begin. */
  readonly noGradient?: boolean;
  /** Of every training row, 1 where it is classified rightly, else 0; undefined in a regression. */
  rowCorrect(point: Point): Promise<Float64Array | undefined>;
  /** The mean loss and its gradient. */
  gradientAt(point: Point): Promise<{ readonly gradient: Float64Array; readonly loss: number }>;
  /** Of every training row: first and second derivative of its loss along a vector, at the origin. */
  directional(vector: Float64Array): Promise<{ readonly first: Float64Array; readonly second: Float64Array }>;
  readonly hessian: SymmetricOperator;
  readonly gaussNewton: SymmetricOperator;
  /** Of every training row: v.M_i v with its own part of a curvature matrix, at the origin. */
  along(operator: OperatorName, vector: Float64Array): Promise<Float64Array>;
  /** Is the Gauss-Newton matrix the exact Fisher matrix of the model, for this loss? */
  readonly hasFisher: boolean;
  /** What the analysis has found of the spectrum up to now. */
  readonly spectrum: Spectrum;
  /** The matrix whose spectrum that is: the Hessian unless another was asked for. */
  readonly spectrumOf: OperatorName;
  /** The same spectrum as the density's probes found it, which knows its errors; absent without a density. */
  readonly spectralMeasure?: SpectralMeasure | undefined;
  /** What the choice of rows does to what is read off the spectrum; absent where it is not known whole. */
  readonly spectrumOverRows?: SpectrumOverRows | undefined;
  /** Hears how far the measure has come, from 0 to 1. */
  progress(share: number): void;
}

/** A kind of bar that is none. */
export interface WithoutBar {
  /** As a measure's `settings.error` says it. */
  readonly over: string;
  readonly reason: string;
  /** Of which of the definition's measures; all if left out. */
  readonly ids?: readonly MeasureId[];
}

/** One measure, or a few that come from the same work. */
export interface MeasureDefinition {
  readonly ids: readonly MeasureId[];
  /** Measures along the gradient: left out where that is rounding. */
  readonly alongGradient?: true;
  /** Searches along the gradient first, and is told where that is rounding. */
  readonly searchesFromGradient?: true;
  /** Where its bar would not cover what it says, by what the bar is over, and the reason that stands in its place. */
  readonly withoutBar?: readonly WithoutBar[];
  /** Passes over the data that it takes, for the estimate: in units of one Hessian-vector product. */
  work(dimension: number): number;
  /** Leaves out, with a reason, what is not defined here (a regression without accuracy, a loss without a Fisher matrix). */
  run(context: MeasureContext): Promise<MeasureResult>;
}

export interface MeasureResult {
  readonly measures: readonly Measure[];
  /** One sentence for each measure that is not defined here. */
  readonly notes?: readonly string[];
}
