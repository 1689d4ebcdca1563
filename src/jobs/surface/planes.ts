import { loaded } from '../../core/long-vector';
import { filterNormalizedDirection } from '../../analysis/slices/directions';
import { type Combinations, combined, planeThrough, project } from '../../analysis/surface/plane';
import { principalDirections } from '../../analysis/surface/principal-directions';
import { sharesOfRandomWalks } from '../../analysis/surface/random-walk';
import { UserError } from '../../core/errors';
import type { EigenPair } from '../../analysis/spectrum/eigenpair';
import { addScaled, dot, norm } from '../../core/vectors';
import type { PictureAxis, SurfaceChoices } from '../../contract/surface';
import type { AnalyzeRequest } from '../../contract/settings';
import type { Point } from '../../objective/evaluation/objective';
import { Eigenvalues } from '../analyze/eigenvalues';
import { reachOf } from '../analyze/slices';
import type { Problem } from '../preparation/problem';
import type { PlacedCheckpoint } from './checkpoints';
import { meanOf } from './mean-of';
import { pathBySteps } from './path/by-steps';

/** A plane through the space of parameters and statistics, and how far its picture reaches. */
export interface DrawnPlane {
  readonly origin: Required<Point>;
  /** Per unit of each coordinate; parameters of unit length, statistics as they move along. */
  readonly directions: readonly [Required<Point>, Required<Point>];
  readonly axes: readonly [PictureAxis, PictureAxis];
  readonly cosine: number;
  /** Of each checkpoint that is marked, its foot on the plane and its distance from it. */
  readonly marks: readonly { readonly at: [number, number]; readonly distance: number }[];
}

/** What a plane is made from. */
export interface PlaneSource {
  readonly problem: Problem;
  readonly request: AnalyzeRequest;
  readonly choices: SurfaceChoices;
  /** Those that the plane goes through, or that lie on the path. */
  readonly placed: readonly PlacedCheckpoint[];
  readonly signal: AbortSignal;
}

/** The plane that a picture is asked for. @throws UserError where there is none. */
export function planeOf(source: PlaneSource): Promise<DrawnPlane> {
  switch (source.choices.plane) {
    case 'eigenvectors':
      return alongEigenvectors(source);
    case 'gradient':
      return alongGradient(source);
    case 'random':
      return Promise.resolve(atRandom(source));
    case 'checkpoints':
      return Promise.resolve(throughCheckpoints(source));
    case 'path':
      return Promise.resolve(alongPath(source));
  }
}

async function leading(source: PlaneSource, count: number) {
  const { problem, request, signal } = source;
  const { objective } = problem;
  const search = await Eigenvalues.open(objective, objective.origin, { ...request, top: count }, signal);
  try {
    return (await search.largest({ onProgress: () => undefined })).pairs;
  } finally {
    search.dispose();
  }
}

async function alongEigenvectors(source: PlaneSource): Promise<DrawnPlane> {
  const [first, second] = await leading(source, 2);
  if (second === undefined)
    throw new UserError('A network of one parameter has no plane: compare or interpolate it instead.');
  const { origin } = source.problem.objective;
  return planeOfEigenvectors(origin, [first, second], await radiusOf(source, first.value));
}

/** The plane of two eigenvectors, as far as `reach` on either side of `origin`. */
export const planeOfEigenvectors = (
  origin: Point,
  [first, second]: readonly [EigenPair, EigenPair],
  reach: number,
): DrawnPlane =>
  planeAround(origin, [
    { label: 'v1', theta: loaded(first.vector), reach },
    { label: 'v2', theta: loaded(second.vector), reach },
  ]);

/** What is left of the gradient may be shorter than this share of it: then it is the eigenvector. */
const LEFT = 1e-3;

async function alongGradient(source: PlaneSource): Promise<DrawnPlane> {
  const { problem, signal } = source;
  const [{ vector, value }] = await leading(source, 1);
  const { gradient } = await problem.objective.gradient(problem.objective.origin, signal);
  const length = norm(gradient);
  const across = gradient.slice();
  addScaled(across, -dot(gradient, vector), vector);
  const left = norm(across);
  if (!(left > LEFT * length))
    throw new UserError(
      'The gradient at this checkpoint points along its leading eigenvector, or is zero: draw the plane of two eigenvectors instead.',
    );
  const reach = await radiusOf(source, value);
  return planeAround(problem.objective.origin, [
    { label: 'v1', theta: loaded(vector), reach },
    { label: 'gradient', theta: across.map((x) => x / left), reach },
  ]);
}

function atRandom(source: PlaneSource): DrawnPlane {
  const { problem, request, choices } = source;
  const { objective } = problem;
  const { theta } = objective.origin;
  return planeAround(
    objective.origin,
    [0, 1].map((index): Along => {
      const drawn = filterNormalizedDirection(theta, objective.parameters.blocks, request.seed, index);
      const length = norm(drawn);
      if (length === 0)
        throw new UserError(
          'All weights of this network are zero, so that filter normalization leaves no direction: draw another plane.',
        );
      return {
        label: `random ${index + 1}`,
        theta: drawn.map((x) => x / length),
        reach: choices.radius ?? length,
        filterUnit: length,
      };
    }) as [Along, Along],
  );
}

interface Along {
  readonly label: string;
  readonly theta: Float64Array;
  readonly reach: number;
  readonly filterUnit?: number;
}

/** The plane along two directions of unit length. Statistics stay as the checkpoint has them. */
export function planeAround(origin: Point, along: readonly [Along, Along]): DrawnPlane {
  const { theta, state } = origin as Required<Point>;
  const still = new Float64Array(state.length);
  const [first, second] = along;
  return {
    origin: { theta, state },
    directions: [
      { theta: first.theta, state: still },
      { theta: second.theta, state: still },
    ],
    axes: [axisOf(first), axisOf(second)],
    cosine: dot(first.theta, second.theta),
    marks: [{ at: [0, 0], distance: 0 }],
  };
}

const axisOf = ({ label, reach, filterUnit }: Along): PictureAxis => ({
  label,
  from: -reach,
  to: reach,
  ...(filterUnit === undefined ? {} : { filterUnit }),
});

async function radiusOf({ problem, choices, signal }: PlaneSource, sharpest: number): Promise<number> {
  if (choices.radius !== undefined) return choices.radius;
  const { objective } = problem;
  const losses = await objective.losses('train', objective.origin, signal);
  return reachOf(problem, objective.origin, sharpest, losses.reduce((sum, x) => sum + x, 0) / losses.length);
}

function throughCheckpoints(source: PlaneSource): DrawnPlane {
  const points = source.placed.map(({ point }) => point);
  const found =
    points.length === 3 ? planeThrough(points[0].theta, points[1].theta, points[2].theta) : undefined;
  if (!found)
    throw new UserError(
      points.length === 3
        ? 'The three checkpoints lie on one line, so they have no plane: interpolate between two of them instead.'
        : `A plane goes through three checkpoints, not ${points.length}: name three.`,
    );
  const plane = spanned(points[0], points.slice(1), found);
  return bounded(source, plane, ['to the second', 'to the third'], { square: true });
}

function alongPath(source: PlaneSource): DrawnPlane {
  const { placed, choices } = source;
  const points = placed.map(({ point }) => point);
  const centre = choices.centre === 'last' ? points[points.length - 1] : meanOf(points);
  const thetas = points.map(({ theta }) => theta);
  const { combinations, explained } = principalDirections(thetas, centre.theta, 2);
  if (combinations.length < 2)
    throw new UserError(
      'The checkpoints of this run lie on one line or are the same, so there is no plane: name a run with at least three that differ.',
    );
  const plane = spanned(centre, points, combinations);
  const labels = explained.slice(0, 2).map((_, i) => `principal direction ${i + 1}`);
  const drawn = bounded(source, plane, labels, { square: false });
  const { runs, oneStart } = pathBySteps(placed);
  const counts = runs.map(({ count }) => count);
  const ofWalks = oneStart ? sharesOfRandomWalks(counts, choices.centre, 2) : [];
  const [first, second] = drawn.axes.map((axis, i) => ({
    ...axis,
    explained: explained[i],
    ...(i in ofWalks ? { ofRandomWalk: ofWalks[i] } : {}),
  }));
  return { ...drawn, axes: [first, second] };
}

type Spanned = Pick<DrawnPlane, 'origin' | 'directions'>;

/** The plane through a centre along combinations of how points differ from it, in parameters and statistics alike. */
function spanned(
  centre: Required<Point>,
  points: readonly Required<Point>[],
  combinations: Combinations,
): Spanned {
  const direction = (factors: readonly number[]) => ({
    theta: combined(
      points.map(({ theta }) => theta),
      centre.theta,
      factors,
    ),
    state: combined(
      points.map(({ state }) => state),
      centre.state,
      factors,
    ),
  });
  return { origin: centre, directions: [direction(combinations[0]), direction(combinations[1])] };
}

/** Beyond the outermost checkpoints, as a share of how far they lie apart. */
const MARGIN = 0.25;

/** The picture holds all checkpoints. `square`: as far along one axis as along the other. */
function bounded(
  { placed, choices }: PlaneSource,
  plane: Spanned,
  labels: readonly string[],
  { square }: { readonly square: boolean },
): DrawnPlane {
  const directions = plane.directions.map(({ theta }) => theta) as [Float64Array, Float64Array];
  const marks = placed.map(({ point }) => project({ origin: plane.origin.theta, directions }, point.theta));
  const spans = [0, 1].map((axis) => {
    const along = marks.map(({ at }) => at[axis]);
    return { low: Math.min(...along), high: Math.max(...along) };
  });
  const widest = Math.max(...spans.map(({ low, high }) => high - low));
  const [x, y] = spans.map(({ low, high }, i): PictureAxis => {
    const half = ((square ? widest : high - low) / 2) * (1 + 2 * MARGIN);
    const reach = choices.radius ?? half;
    return { label: labels[i], from: (low + high) / 2 - reach, to: (low + high) / 2 + reach };
  });
  return { ...plane, axes: [x, y], cosine: 0, marks };
}
