import { throwIfCancelled } from '../../core/errors';
import type { Measure } from '../../contract/report';
import { MEASURES, type MeasureId } from '../../contract/measures';
import { adaptiveSharpness } from './adaptive-sharpness';
import { adaptiveWorstCase } from './adaptive-worst-case';
import { averageSharpness, averageSharpnessScaled } from './average-sharpness';
import { criticalSharpness } from './critical-sharpness';
import { effectiveDimensionality } from './effective-dimensionality';
import { extremeEigenvalues } from './extreme-eigenvalues';
import { keskar } from './keskar';
import { gradientIsRounding } from './gradient-rounding';
import { fisherRao } from './fisher-rao';
import type { MeasureContext, MeasureDefinition } from './measure';
import { relativeFlatness } from './relative-flatness';
import { weightScaledTrace } from './weight-scaled-trace';
import { barOrReason } from './without-bar';
import { negativeSide } from './negative-side';
import { pacBayes, pacBayesScaled } from './pac-bayes';
import { samSharpness } from './sam-sharpness';
import { spectralEntropy } from './spectral-entropy';
import { trace } from './trace';

/**
 * Every measure, cheap ones first. Those of layers and of the Fisher matrix (relative-flatness, weight-scaled-trace,
 * fisher-rao) stand last.
 */
export const measureDefinitions: readonly MeasureDefinition[] = [
  extremeEigenvalues,
  trace,
  negativeSide,
  spectralEntropy,
  effectiveDimensionality,
  samSharpness,
  adaptiveSharpness,
  criticalSharpness,
  averageSharpness,
  averageSharpnessScaled,
  adaptiveWorstCase,
  ...keskar,
  pacBayes,
  pacBayesScaled,
  relativeFlatness,
  weightScaledTrace,
  fisherRao,
];

/** The definitions that give these measures. */
export const definitionsOf = (ids: readonly MeasureId[]): readonly MeasureDefinition[] =>
  measureDefinitions.filter((definition) => definition.ids.some((id) => ids.includes(id)));

/** The measures that a setting asks for: all, none or these, in the order of tables. */
export const measuresAsked = (setting: boolean | readonly MeasureId[]): readonly MeasureId[] =>
  setting === true ? MEASURES : setting === false ? [] : MEASURES.filter((id) => setting.includes(id));

/** Measures in the order of tables, whatever order they came in. */
export const inTableOrder = (measures: readonly Measure[]): Measure[] => {
  const place = (measure: Measure) => MEASURES.findIndex((id) => id === measure.id);
  return [...measures].sort((a, b) => place(a) - place(b));
};

/** What measures take together, in units of one Hessian-vector product. */
export const workOf = (ids: readonly MeasureId[], dimension: number): number =>
  definitionsOf(ids).reduce((sum, definition) => sum + definition.work(dimension), 0);

const asksGradient = ({ alongGradient, searchesFromGradient }: MeasureDefinition): boolean =>
  alongGradient === true || searchesFromGradient === true;

/**
 * Runs the measures asked for one after another and hands over each as it comes to exist. A value that is not finite is
 * no measure: it becomes a note. `context.progress` hears the share of the whole.
 *
 * @returns one sentence for each measure that is not defined here.
 * @throws CancelledError.
 */
export async function measure(
  context: MeasureContext,
  ids: readonly MeasureId[],
  onMeasure: (measure: Measure) => void,
): Promise<string[]> {
  const notes: string[] = [];
  const noGradient = definitionsOf(ids).some(asksGradient) && (await gradientIsRounding(context));
  const dimension = context.origin.theta.length;
  const whole = workOf(ids, dimension) || 1;
  let done = 0;
  for (const definition of definitionsOf(ids)) {
    throwIfCancelled(context.signal);
    if (definition.alongGradient && noGradient) {
      notes.push(
        `The measure ${definition.ids.join(', ')} is left out: the gradient here is rounding and points nowhere.`,
      );
      done += definition.work(dimension);
      continue;
    }
    const work = definition.work(dimension);
    const result = await definition.run({
      ...context,
      noGradient,
      progress: (share) => context.progress((done + share * work) / whole),
    });
    for (const found of result.measures) {
      if (!ids.some((id) => id === found.id)) continue;
      if (Number.isFinite(found.value)) onMeasure(barOrReason(found, definition.withoutBar));
      else notes.push(`The measure ${found.id} is left out: its value here is not finite.`);
    }
    notes.push(...(result.notes ?? []));
    done += work;
    context.progress(done / whole);
  }
  return notes;
}
