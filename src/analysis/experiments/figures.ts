import { measuresOf, outcomeOf } from '../../wording/comparison-figures';
import type { ExperimentFile, ExperimentReport, ExperimentRun } from '../../contract/experiment';
import type { CurvatureRecord, History } from '../../contract/history';
import type { Report } from '../../contract/report';
import { MEASURES } from '../../contract/measures';
import { OUTCOMES } from '../../contract/vocabulary';
import { estimateMean, mean } from '../statistics';
import { identityOf } from '../../core/identity';

export type Figures = ExperimentRun['figures'];

/** Figures that every trained run has. */
const OF_TRAINING = ['distance', 'epochs', 'train-accuracy'] as const;
const OF_TAIL = ['tail-sharpness', 'tail-ratio'] as const;
const OF_PREDICTIONS = ['bias', 'variance', 'squared-bias', 'squared-variance'] as const;

/** Every figure that the runs of an experiment can have. */
export function knownFigures({ measure }: ExperimentFile): string[] {
  const { measures } = measure.settings;
  const listed: readonly unknown[] = Array.isArray(measures) ? measures : [];
  const asked = measures === true ? MEASURES : listed.filter((each) => typeof each === 'string');
  return [
    ...new Set([
      'lambda-max',
      ...(measure.settings.trace === false ? [] : ['trace']),
      ...asked,
      ...OUTCOMES,
      ...OF_TRAINING,
      ...(measure.tail ? OF_TAIL : []),
      ...(measure.biasVariance ? OF_PREDICTIONS : []),
      ...(measure.attacks?.radii ?? []).flatMap((radius) => [
        `fgsm-accuracy@${radius}`,
        `pgd-accuracy@${radius}`,
      ]),
    ]),
  ];
}

/** What a report says of a checkpoint: its measures and outcomes, with the errors that they have there. */
export function figuresOfReport(report: Report): Figures {
  const figures: Figures = {};
  for (const [id, { value, standardError }] of measuresOf(report)) figures[id] = { value, standardError };
  for (const outcome of OUTCOMES) {
    const found = outcomeOf(report, outcome);
    if (found) figures[outcome] = { value: found.value, standardError: found.standardError };
  }
  const accuracy = report.loss?.train.accuracy;
  if (accuracy) figures['train-accuracy'] = { value: accuracy.value, standardError: accuracy.standardError };
  return figures;
}

/**
 * What the history says of a run: its length, its distance from the start, and with `tail` the mean of the tracked
 * sharpness over so many last steps, plain and over the stability line of its step.
 */
export function figuresOfHistory(history: History, tail: number | undefined): Figures {
  const last = history.epochs.at(-1);
  const figures: Figures = {};
  if (last) {
    if (Number.isFinite(last.distance)) figures.distance = { value: last.distance, standardError: null };
    figures.epochs = { value: last.epoch, standardError: null };
  }
  if (tail === undefined || !last) return figures;
  const within = history.curvature.filter(({ step }) => step > last.step - tail);
  const sharpness = within.flatMap((record) => sharpnessOf(record) ?? []);
  if (sharpness.length > 0) figures['tail-sharpness'] = { value: mean(sharpness), standardError: null };
  const ratios = within.flatMap((record) => {
    const value = sharpnessOf(record);
    return value === undefined || record.threshold === null ? [] : [value / record.threshold];
  });
  if (ratios.length > 0) figures['tail-ratio'] = { value: mean(ratios), standardError: null };
  return figures;
}

const sharpnessOf = ({ largest, batchSharpness }: CurvatureRecord): number | undefined =>
  largest[0] ?? batchSharpness?.value;

/** Runs whose figures count: those that came to their end. */
export const finished = (runs: readonly ExperimentRun[]): ExperimentRun[] =>
  runs.filter(({ status }) => status === 'done');

/** Means over seeds of each figure for each combination of labels, with the standard error over seeds. */
export function groupsOf(runs: readonly ExperimentRun[]): ExperimentReport['groups'] {
  const byLabels = new Map<string, ExperimentRun[]>();
  for (const run of runs) {
    const key = identityOf(run.labels);
    byLabels.set(key, [...(byLabels.get(key) ?? []), run]);
  }
  return [...byLabels.values()].map((members) => {
    const counted = finished(members);
    const ids = [...new Set(counted.flatMap(({ figures }) => Object.keys(figures)))];
    const figures: Figures = {};
    for (const id of ids) {
      const values = counted.flatMap((run) => run.figures[id]?.value ?? []);
      const { value, standardError } = estimateMean(values);
      figures[id] = { value, standardError: values.length < 2 ? null : standardError };
    }
    return { label: members[0].label, labels: members[0].labels, seeds: counted.length, figures };
  });
}

/** One sentence for each group of which runs diverged or failed. */
export function lostRuns(runs: readonly ExperimentRun[]): string[] {
  const labels = [...new Set(runs.map(({ label }) => label))];
  return labels.flatMap((label) => {
    const members = runs.filter((run) => run.label === label);
    return (['diverged', 'failed'] as const).flatMap((status) => {
      const lost = members.filter((run) => run.status === status);
      if (lost.length === 0) return [];
      const seeds = lost.map(({ seed }) => seed).join(', ');
      return [
        `${lost.length} of ${members.length} runs of "${label}" ${status} (seed ${seeds}) and ${lost.length === 1 ? 'is' : 'are'} left out of the means.`,
      ];
    });
  });
}
