import type { Picture, PictureAxis } from '../../src/contract/surface';
import { colourOfRun, meanName, runsOfMarks } from '../../src/wording/path-runs';
import { isOffPlane } from '../../src/wording/picture-nodes';
import { type Heights } from './heights';
import { raisedTo } from './mesh';

export type Place = readonly [number, number, number];

/** A checkpoint on the ground, or a mean of the last of a run. */
export interface Spot {
  readonly place: Place;
  readonly isMean: boolean;
  readonly isOff: boolean;
  /** Of its run, as in the contours; empty where it is alone. */
  readonly colour: string;
  /** Its run's, at the end of one of several; of a mean, how many it is of. */
  readonly name: string | undefined;
}

/** A piece of the path between two checkpoints, laid over the ground. */
export interface Stretch {
  readonly places: readonly Place[];
  readonly isOff: boolean;
  readonly colour: string;
}

/** How finely a step of the path follows the ground. */
const PIECES = 24;
/** Above the ground, so that the path is not half buried in it. */
const LIFT = 0.012;

/** What lies on the ground. */
export interface OnGround {
  readonly spots: readonly Spot[];
  readonly means: readonly Spot[];
  readonly stretches: readonly Stretch[];
}

/** Checkpoints as spots and their path as stretches over the ground, and means of the last checkpoints. */
export function pathOf(picture: Picture, heights: Heights): OnGround {
  const { marks, axes, path } = picture;
  const runs = runsOfMarks(picture);
  const on = (x: number, y: number): Place => [x, y, raisedTo(heights, heightAt(heights, x, y)) + LIFT];
  const onGround = (at: readonly number[]) => {
    const [x, y] = at.map((value, axis) => share(axes[axis], value));
    return on(x, y);
  };
  const spots = marks.map((mark, i): Spot => {
    const isEnd = runs[i + 1] !== runs[i];
    return {
      place: onGround(mark.at),
      isMean: false,
      isOff: isOffPlane(mark),
      colour: colourOfRun(runs[i], path?.runs.length ?? 1),
      name: isEnd ? path?.runs[runs[i]].label : undefined,
    };
  });
  const means = (path?.averages ?? []).map(({ at, last }): Spot => ({
    place: onGround(at),
    isMean: true,
    isOff: false,
    colour: '',
    name: meanName(last),
  }));
  const stretches = spots.slice(1).flatMap((spot, i): Stretch[] => {
    if (runs[i] !== runs[i + 1]) return [];
    const [from, to] = [spots[i].place, spot.place];
    const along = (axis: 0 | 1, part: number) => from[axis] + part * (to[axis] - from[axis]);
    const places = Array.from({ length: PIECES + 1 }, (_, piece) =>
      on(along(0, piece / PIECES), along(1, piece / PIECES)),
    );
    return [{ places, isOff: spot.isOff || spots[i].isOff, colour: spot.colour }];
  });
  return { spots, means, stretches };
}

/** The corners of the ground, around it. */
export const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;

/** The edges of the ground, and the upright ones at its corners. */
export function edgesOf(heights: Heights): Stretch[] {
  const high = raisedTo(heights, heights.top);
  const around = [...CORNERS, CORNERS[0]].map(([x, y]): Place => [x, y, 0]);
  return [
    { places: around, isOff: false, colour: '' },
    ...CORNERS.map(([x, y]): Stretch => ({
      places: [
        [x, y, 0],
        [x, y, high],
      ],
      isOff: false,
      colour: '',
    })),
  ];
}

/** A coordinate on the square from -1 to 1. */
const share = ({ from, to }: PictureAxis, value: number): number => (2 * (value - from)) / (to - from) - 1;

/** The height of the ground between its nodes, never above its top. */
export function heightAt({ side, values, top }: Heights, x: number, y: number): number {
  const [column, row] = [x, y].map((value) =>
    Math.min(side - 1, Math.max(0, ((value + 1) / 2) * (side - 1))),
  );
  const [left, low] = [column, row].map((index) => Math.min(side - 2, Math.floor(index)));
  const at = (dx: number, dy: number) => {
    const value = values[(low + dy) * side + left + dx];
    return Number.isNaN(value) ? top : Math.min(top, value);
  };
  const [u, v] = [column - left, row - low];
  return (1 - v) * ((1 - u) * at(0, 0) + u * at(1, 0)) + v * ((1 - u) * at(0, 1) + u * at(1, 1));
}
