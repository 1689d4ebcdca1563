import { projectOut } from '../../core/vectors';
import { symmetricEigenvalues } from '../../analysis/linear-algebra/symmetric-eigenvalues';
import type { Objective, Point } from '../../objective/evaluation/objective';
import type { OperatorName } from '../../contract/vocabulary';

/** What the parts of an analysis cost here, in milliseconds. */
export interface MeasuredCost {
  /** A product in a pass of one, and each in a pass of four. */
  readonly single: number;
  readonly ofFour: number;
  /** Compiling the programs of those two passes. */
  readonly compileSingle: number;
  readonly compileFour: number;
  /** The loss of every training row. */
  readonly value: number;
  /** Taking out of one vector of all parameters what it has along one other, once. */
  readonly orthogonalize: number;
  /** Every eigenvalue of a dense n x n matrix, over n^3. */
  readonly eigenvalues: number;
}

/** The same task twice: the second time is its cost, and what the first took beyond it was compiling. */
export async function timedTwice<T>(
  task: () => Promise<T>,
): Promise<{ first: T; second: T; milliseconds: number; compile: number }> {
  const started = performance.now();
  const first = await task();
  const between = performance.now();
  const second = await task();
  const milliseconds = performance.now() - between;
  return { first, second, milliseconds, compile: Math.max(0, between - started - milliseconds) };
}

/** The same once where `again` is false: `second` is empty then, and compiling counts as cost. */
export async function timed<T>(
  task: () => Promise<T[]>,
  again: boolean,
): Promise<{ first: T[]; second: T[]; milliseconds: number; compile: number }> {
  if (again) return timedTwice(task);
  const started = performance.now();
  const first = await task();
  return { first, second: [], milliseconds: performance.now() - started, compile: 0 };
}

/** Basis vectors in the timing of an orthogonalization, and rows of the matrix in that of eigenvalues. */
const BASIS = 4;
const MATRIX = 200;

type EngineCost = Pick<MeasuredCost, 'orthogonalize' | 'eigenvalues'>;

/** By the number of parameters: it is the machine's, and stays. */
const engineCosts = new Map<number, EngineCost>();

/** What the engine's own part costs. */
export async function measureEngine(dimension: number): Promise<EngineCost> {
  const known = engineCosts.get(dimension) ?? (await timeEngine(dimension));
  engineCosts.set(dimension, known);
  return known;
}

/** Components of the vectors that are timed at most: of longer ones the time is in proportion. */
const TIMED = 2 ** 24;

/** The least of three, since the first ones are interpreted. */
async function timeEngine(whole: number): Promise<EngineCost> {
  const dimension = Math.min(whole, TIMED);
  const basis = Array.from({ length: BASIS }, () => new Float64Array(dimension));
  const least = async (task: () => unknown) => {
    let best = Infinity;
    for (let turn = 0; turn < 3; turn++) {
      const started = performance.now();
      await task();
      best = Math.min(best, performance.now() - started);
    }
    return best;
  };
  const vector = new Float64Array(dimension).fill(1);
  const matrix = () =>
    Float64Array.from(
      { length: MATRIX * MATRIX },
      (_, i) => 1 / (1 + Math.abs((i % MATRIX) - Math.floor(i / MATRIX))),
    );
  return {
    orthogonalize: ((await least(() => projectOut(vector, basis))) / BASIS) * (whole / dimension),
    eigenvalues: (await least(() => symmetricEigenvalues(matrix(), MATRIX))) / MATRIX ** 3,
  };
}

/** What an analysis costs here, before anything of it has run: along vectors of ones, since time does not depend on them. */
export async function measureCost(
  objective: Objective,
  operator: OperatorName,
  point: Point,
  signal?: AbortSignal,
): Promise<MeasuredCost> {
  const { dimension } = objective.parameters;
  const ones = new Float64Array(dimension).fill(1);
  const products = (count: number) =>
    timedTwice(() => objective.products(operator, point, new Array<Float64Array>(count).fill(ones), signal));
  const single = await products(1);
  const four = await products(4);
  const value = await timedTwice(() => objective.losses('train', point, signal));
  return {
    single: single.milliseconds,
    ofFour: four.milliseconds / 4,
    compileSingle: single.compile,
    compileFour: four.compile,
    value: value.milliseconds,
    ...(await measureEngine(dimension)),
  };
}
