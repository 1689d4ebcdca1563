import type { Comparison } from '../../src/contract/comparison';
import type { Figure } from '../../src/wording/comparison-figures';
import type { Report } from '../../src/contract/report';
import { COLOURS } from '../plots/curves';
import type { LineSeries } from '../plots/lines';

/** A figure over the epochs of each run that has been measured at two or more of them, one line a run. */
export function epochLines(
  { members, reports }: Pick<Comparison, 'members' | 'reports'>,
  figureOf: (report: Report) => Figure | undefined,
): LineSeries[] {
  const runs = new Map<string, { epoch: number; figure: Figure }[]>();
  reports.forEach((report, i) => {
    const { run, epoch } = members[i];
    const figure = figureOf(report);
    if (epoch === undefined || figure === undefined) return;
    runs.set(run, [...(runs.get(run) ?? []), { epoch, figure }]);
  });
  return [...runs]
    .filter(([, points]) => new Set(points.map(({ epoch }) => epoch)).size > 1)
    .map(([name, points], i) => {
      points.sort((a, b) => a.epoch - b.epoch);
      return {
        name,
        style: COLOURS[i % COLOURS.length],
        x: points.map(({ epoch }) => epoch),
        y: points.map(({ figure }) => figure.value),
        error: points.map(({ figure }) => figure.standardError),
      };
    });
}
