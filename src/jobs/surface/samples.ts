import type { BatchStatistics } from '../../objective/evaluation/batch-statistics';
import type { Point } from '../../objective/evaluation/objective';
import { type PointSample, measurePoints } from '../preparation/measure-point';
import type { Problem } from '../preparation/problem';
import { type KeptPlaces, placeAt, placeOf } from './kept-places';
import type { DrawnPlane } from './planes';
import { pointOnPlane } from './point-on-plane';

/** Loss and accuracy at one place of a plane. */
export type Sample = PointSample;

/** A pass takes about so long: a picture is shown, cancelled and kept between them. */
const PASS_MS = 250;
/** Points of a pass at most, and of the first. */
const MOST = 64;
const FIRST = 4;
/** What the points of a pass may take in memory, in bytes, and what a parameter takes: as it is made, and as it is sent. */
const PASS_BYTES = 2 ** 26;
const PARAMETER_BYTES = 16;

/** What a meter measures on, and what it need not measure again. */
export interface MeterOptions {
  readonly problem: Problem;
  readonly plane: DrawnPlane;
  /** Where batch norm's statistics are measured anew at every place. */
  readonly statistics: BatchStatistics | undefined;
  readonly kept: KeptPlaces;
  /** Of which rows; where there are test rows too, both if left out. */
  readonly splits?: 'train' | 'both';
  readonly signal: AbortSignal;
}

/** Evaluates a network at places of a plane, several a pass. */
export class PlaceMeter {
  /** Of places that were not known before. */
  evaluations = 0;
  private milliseconds = 0;

  constructor(private readonly options: MeterOptions) {}

  /** How many places are well asked for at once. How places are grouped moves no digit. */
  get pass(): number {
    const { dimension } = this.options.problem.objective.parameters;
    const fitting = Math.min(MOST, Math.floor(PASS_BYTES / PARAMETER_BYTES / dimension));
    const inTime =
      this.evaluations === 0 ? FIRST : Math.round((PASS_MS * this.evaluations) / this.milliseconds);
    return Math.max(1, Math.min(fitting, inTime));
  }

  /** At coordinates along both directions. */
  at(coordinates: readonly (readonly [number, number])[]): Promise<Sample[]> {
    return this.measured(
      coordinates.map((each) => [placeAt(each), () => pointOnPlane(this.options.plane, each)]),
    );
  }

  /** At points of parameter space. */
  of(points: readonly Point[]): Promise<Sample[]> {
    return this.measured(points.map((point) => [placeOf(point), () => point]));
  }

  private async measured(places: readonly (readonly [string, () => Point])[]): Promise<Sample[]> {
    const { problem, statistics, kept, splits, signal } = this.options;
    const unknown = new Map(places.filter(([place]) => kept.find(place) === undefined));
    if (unknown.size > 0) {
      const started = performance.now();
      const points: Point[] = [];
      for (const make of unknown.values())
        points.push(statistics ? await statistics.at(make(), signal) : make());
      const samples = await measurePoints(problem, points, signal, splits);
      this.milliseconds += performance.now() - started;
      this.evaluations += samples.length;
      await kept.keep(new Map([...unknown.keys()].map((place, i) => [place, samples[i]])));
    }
    return places.map(([place]) => kept.find(place)!);
  }
}
