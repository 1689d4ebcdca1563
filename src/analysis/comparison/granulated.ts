import { mean } from '../statistics';
import { identityOf } from '../../core/identity';
import { kendallTau } from './kendall';

type Setting = string | number | boolean;

/** One run: its two figures and what it was trained with. */
export interface GranulatedPoint {
  readonly x: number;
  readonly y: number;
  readonly seed?: number | undefined;
  readonly hyperparameters: Readonly<Record<string, Setting>>;
}

export interface GranulatedTau {
  readonly hyperparameter: string;
  /** The mean of tau-b over the groups. */
  readonly tau: number;
  readonly groups: number;
}

/**
 * Jiang et al. 2020, section 4.2: for each hyperparameter the mean tau-b within groups of runs that differ in it alone
 * (the seed is the same too, where it is known). A measure that only follows one hyperparameter is seen by it. Groups
 * without two different values, or in which tau is not defined, are left out, and so is a hyperparameter without groups.
 */
export function granulated(points: readonly GranulatedPoint[]): GranulatedTau[] {
  const names = [...new Set(points.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))].sort();
  const varied = names.filter((name) => new Set(points.map((point) => point.hyperparameters[name])).size > 1);
  return varied.flatMap((hyperparameter) => {
    const groups = new Map<string, GranulatedPoint[]>();
    for (const point of points) {
      if (point.hyperparameters[hyperparameter] === undefined) continue;
      const others = varied
        .filter((name) => name !== hyperparameter)
        .map((name) => point.hyperparameters[name]);
      const key = identityOf([point.seed, ...others]);
      groups.set(key, [...(groups.get(key) ?? []), point]);
    }
    const taus = [...groups.values()].flatMap((group) => {
      if (new Set(group.map((point) => point.hyperparameters[hyperparameter])).size < 2) return [];
      const tau = kendallTau(
        group.map(({ x }) => x),
        group.map(({ y }) => y),
      );
      return tau === null ? [] : [tau];
    });
    return taus.length === 0 ? [] : [{ hyperparameter, tau: mean(taus), groups: taus.length }];
  });
}
