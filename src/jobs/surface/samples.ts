import type { LossPoint } from '../../contract/report';
import { addScaled } from '../../core/vectors';
import type { BatchStatistics } from '../../objective/evaluation/batch-statistics';
import type { Point } from '../../objective/evaluation/objective';
import { measurePoint } from '../preparation/measure-point';
import type { Problem } from '../preparation/problem';
import type { DrawnPlane } from './planes';

/** Loss and accuracy at one place of a plane. */
export interface Sample {
  readonly train: LossPoint;
  readonly test?: LossPoint;
}

/** Evaluates a network at places of a plane. */
export class PlaceMeter {
  constructor(
    private readonly problem: Problem,
    private readonly plane: DrawnPlane,
    /** Where batch norm's statistics are measured anew at every place. */
    private readonly statistics: BatchStatistics | undefined,
    private readonly signal: AbortSignal,
  ) {}

  /** At coordinates along both directions. */
  at(coordinates: readonly [number, number]): Promise<Sample> {
    const { origin, directions } = this.plane;
    const theta = origin.theta.slice();
    const state = origin.state.slice();
    directions.forEach((direction, i) => {
      addScaled(theta, coordinates[i], direction.theta);
      addScaled(state, coordinates[i], direction.state);
    });
    return this.of({ theta, state });
  }

  /** At a point of parameter space. */
  async of(place: Point): Promise<Sample> {
    const { problem, signal, statistics } = this;
    const point = statistics ? await statistics.at(place, signal) : place;
    const train = await measurePoint(problem, 'train', point, signal);
    if (!problem.objective.hasTest) return { train };
    return { train, test: await measurePoint(problem, 'test', point, signal) };
  }
}
