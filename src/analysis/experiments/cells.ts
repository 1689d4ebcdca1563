import type { ExperimentRun } from '../../contract/experiment';
import { type DesignAxis, axesOf, axisOf } from '../comparison/design';
import { mean } from '../statistics';

/** What is compared: settings, each with the means of its runs. Runs of one setting are not independent of each other. */
export interface Cells {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly axes: readonly DesignAxis[];
  /** The label of each cell on each axis of the experiment, seeds included. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly runs: number;
  readonly seeds: number;
}

/** The axis of runs whose setting is the same. */
export const SEED = 'seed';

/**
 * The settings of runs with the means of two figures over seeds, and their axes. Where nothing is left to vary (beside
 * `inside`, within whose labels one looks) cells are runs, and the axis is that of seeds.
 */
export function cellsOf(
  runs: readonly ExperimentRun[],
  [figure, against]: readonly [string, string],
  inside?: string,
): Cells {
  const varied = (rows: readonly ExperimentRun[]) => {
    const names = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))];
    return axesOf(new Map(names.map((name) => [name, rows.map(({ labels }) => labels[name])])));
  };
  const bySeed = varied(runs).every(({ name }) => name === inside);
  const labelsOf = ({ labels, seed }: ExperimentRun) =>
    bySeed ? { ...labels, [SEED]: String(seed) } : labels;
  const groups = new Map<string, ExperimentRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(Object.entries(labelsOf(run)).sort());
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const members = [...groups.values()];
  const firsts = members.map(([first]) => first);
  const means = (id: string) => members.map((each) => mean(each.map(({ figures }) => figures[id].value)));
  return {
    x: means(figure),
    y: means(against),
    axes: [
      ...varied(firsts),
      ...(bySeed
        ? [
            axisOf(
              SEED,
              firsts.map(({ seed }) => seed),
            ),
          ]
        : []),
    ],
    labels: firsts.map(labelsOf),
    runs: runs.length,
    seeds: new Set(runs.map(({ seed }) => seed)).size,
  };
}
