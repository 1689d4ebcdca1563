import type { Comparison } from '../contract/comparison';
import { OUTCOMES } from '../contract/vocabulary';
import { type Figure, measureIds, measuresOf, outcomeOf } from './comparison-figures';
import { toCsv } from './csv';

/**
 * A comparison as CSV: one row a checkpoint, with what it was trained with, its outcomes and its measures, each beside
 * its standard error. A cell is empty where a figure does not exist.
 */
export function comparisonCsv({ members, reports }: Comparison): string {
  const measures = measureIds(reports);
  const hyperparameters = [...new Set(members.flatMap((member) => Object.keys(member.hyperparameters)))];
  const withErrors = (ids: readonly string[]) => ids.flatMap((id) => [id, `${id} standard error`]);
  const cells = (figure: Figure | undefined) => [figure?.value ?? null, figure?.standardError ?? null];
  return toCsv({
    columns: [
      ...['label', 'path', 'run', 'seed', 'epoch', 'sha256', 'parameters'],
      ...hyperparameters,
      ...withErrors(OUTCOMES),
      ...withErrors(measures),
    ],
    rows: reports.map((report, i) => {
      const { label, path, run, seed, epoch, hyperparameters: settings } = members[i];
      const found = measuresOf(report);
      return [
        ...[label, path, run, seed ?? null, epoch ?? null],
        ...[report.checkpoint.sha256, report.checkpoint.parameters],
        ...hyperparameters.map((name) => {
          const value = settings[name];
          return value === undefined ? null : typeof value === 'number' ? value : String(value);
        }),
        ...OUTCOMES.flatMap((outcome) => cells(outcomeOf(report, outcome))),
        ...measures.flatMap((id) => cells(found.get(id))),
      ];
    }),
  });
}
