import { type LongVector, eachStretch, stretchOf } from '../../core/long-vector';
import { dot, norm } from '../../core/vectors';
import type { Objective, Point } from '../../objective/evaluation/objective';
import type { Check } from '../../contract/report';
import type { Probe } from '../../analysis/spectrum/extremes';
import type { OperatorName } from '../../contract/vocabulary';
import {
  type Fineness,
  type Question,
  apart,
  combine,
  gradientError,
  productError,
} from './difference-checks';
import type { AtPoint, Subject } from './at-point';
import { type FirstProducts, normalized, unit } from './first-products';
import { type Multiplied, Witness } from './witness';

/** What each check allows: far above rounding on real networks, far below what a wrong derivative gives. */
const ALLOWED = {
  symmetry: 1e-3,
  linearity: 1e-4,
  vectors: 1e-5,
  chunks: 1e-5,
  repeat: 0,
  finite: 0,
  reference: 1e-2,
} as const;

/** Differences of losses and of gradients in the run's own precision, and in float64. */
const COARSE = {
  gradient: { steps: [1e-2, 1e-3, 1e-4, 1e-5], allowed: 1e-2 },
  product: { steps: [3e-3, 1e-3], allowed: 2e-2 },
} satisfies Record<string, Fineness>;
const FINE = {
  gradient: { steps: [1e-5, 1e-6, 1e-7], allowed: 1e-3 },
  product: { steps: [1e-5, 1e-6], allowed: 1e-4 },
} satisfies Record<string, Fineness>;

/** Directions along which the gradient is questioned. */
const DIRECTIONS = 3;
/** Rows of the check in float64. */
const ROWS = 8;
/** Operations of the plain float64 loops within about a second, and what a node of a graph costs in them. */
const AFFORDED = 2e8;
const NODE = 2e4;
/** Products over a row that the check in float64 takes, losses and gradients counted by their share. */
const PRODUCTS = 5;

/** Rows over which the float64 check stays within about a second; none for networks that are too large. */
function affordableRows({ rowWork: { operations, nodes }, fitsFloat64 }: Subject): number {
  if (!fitsFloat64) return 0;
  return Math.min(ROWS, Math.floor((AFFORDED - nodes * NODE) / (PRODUCTS * operations)));
}

/** What a search has shown of the run's own products. */
export interface Evidence {
  /** Of every product that it took. */
  readonly witness: Witness;
  /** The product with a sum of eigenvectors, against what the search's own products say of it. */
  readonly probe: Pick<Probe, 'apart'>;
}

/**
 * Questions the engine's derivatives on the person's own model and data, by the products that all else is built on: the product's
 * symmetry, linearity, repetition and independence of how rows and vectors are grouped; the gradient against
 * differences of the loss along random directions and, on smooth networks, the product against differences of
 * gradients. Where the network is small enough both differences are taken in float64 over a few rows, and the run's own
 * gradient and product over these rows are held against float64's.
 *
 * Symmetry and linearity are seen in what a search has multiplied, `evidence`; without any a product is taken for them.
 */
export async function selfCheck(
  asked: AtPoint,
  first: FirstProducts,
  { evidence, signal }: { readonly evidence?: Evidence; readonly signal?: AbortSignal } = {},
): Promise<Check[]> {
  const { objective, point, gradient } = asked;
  const { random, again, slopes, four, stream } = first;
  const [u, hu] = [random.vector, random.product];
  const known = four?.first ?? [];
  const broken = [gradient, hu, slopes.product, ...known].map(notFinite);
  const repeated = [apart(again, hu), ...(four?.second ?? []).map((product, i) => apart(product, known[i]))];
  return [
    check('finite', 'values that are not finite', sumOf(broken), ALLOWED.finite),
    ...(await differenceChecks(
      asked,
      { u, hu, unit: () => unit(u.length, stream), weight: () => 0.5 + stream.uniform() },
      signal,
    )),
    check('symmetry', 'symmetry of the product', asymmetry(first, evidence), ALLOWED.symmetry),
    check(
      'linearity',
      'linearity of the product',
      evidence?.probe.apart ?? (await nonlinearity(asked, first, signal)),
      ALLOWED.linearity,
    ),
    ...(four
      ? [check('vectors', 'one vector or four at a time', together(first, four), ALLOWED.vectors)]
      : []),
    check('chunks', 'rows in other chunks', await objective.chunkDependence(point, signal), ALLOWED.chunks),
    check('repeat', 'run to run', sumOf(repeated), ALLOWED.repeat),
  ];
}

/** How far the product with a sum is from the sum of the products. */
async function nonlinearity(
  { objective, operator, point }: AtPoint,
  { random, slopes }: FirstProducts,
  signal?: AbortSignal,
): Promise<number> {
  const [sum] = await objective.products(operator, point, [combine(random.vector, 2, slopes.vector)], signal);
  const size = Math.max(norm(random.product), norm(slopes.product));
  return apart(sum, combine(random.product, 2, slopes.product), size);
}

/** How far the products of a pass of four are from those of its vectors alone. */
function together(
  { random, slopes }: Pick<FirstProducts, 'random' | 'slopes'>,
  { first }: NonNullable<FirstProducts['four']>,
): number {
  const size = Math.max(norm(random.product), norm(slopes.product));
  return worstOf([random, slopes].map(({ product }, i) => apart(first[i], product, size)));
}

interface Draws {
  /** A random unit vector, its product, and more of them. */
  readonly u: LongVector;
  readonly hu: LongVector;
  readonly unit: () => Float64Array;
  /** A random positive weight of about 1. */
  readonly weight: () => number;
}

/** Gradient and product against differences: in float64 where that is affordable, else in the run's own precision. */
async function differenceChecks(
  { objective, operator, point, gradient }: AtPoint,
  draws: Draws,
  signal?: AbortSignal,
): Promise<Check[]> {
  const smooth = operator === 'hessian' && objective.smooth;
  const rows = affordableRows(objective);
  if (rows >= 1) return checksInFloat64({ objective, rows, operator, point, smooth }, draws, signal);
  const { gradient: slopes, product } = COARSE;
  const questions = alongTensors(gradient, objective.parameters.blocks, draws);
  return [
    check(
      'gradient',
      'gradient against differences',
      await gradientError({ objective, point, gradient }, questions, slopes, signal),
      slopes.allowed,
    ),
    ...(smooth
      ? [
          check(
            'differences',
            'product against differences of gradients',
            await productError({ objective, point, hu: draws.hu, u: draws.u }, product, signal),
            product.allowed,
          ),
        ]
      : []),
  ];
}

async function checksInFloat64(
  {
    objective,
    rows,
    operator,
    point,
    smooth,
  }: {
    readonly objective: Subject;
    readonly rows: number;
    readonly operator: OperatorName;
    readonly point: Point;
    readonly smooth: boolean;
  },
  { u, unit }: Draws,
  signal?: AbortSignal,
): Promise<Check[]> {
  const exact = await objective.inFloat64(rows);
  try {
    const { gradient } = await exact.gradient(point, signal);
    // Along a random direction the slope is about this.
    const scale = norm(gradient) / Math.sqrt(gradient.length);
    const questions = Array.from({ length: DIRECTIONS }, (): Question => ({ direction: unit(), scale }));
    const slopes = await gradientError(
      { objective: exact, point, gradient },
      questions,
      FINE.gradient,
      signal,
    );
    const [product] = await exact.products(operator, point, [u], signal);
    const bent = smooth
      ? await productError({ objective: exact, point, hu: product, u }, FINE.product, signal)
      : undefined;
    return [
      check('gradient', 'gradient against differences, in float64', slopes, FINE.gradient.allowed),
      ...(bent === undefined
        ? []
        : [
            check(
              'differences',
              'product against differences of gradients, in float64',
              bent,
              FINE.product.allowed,
            ),
          ]),
      ...(objective.backend.precision === 'float64'
        ? []
        : [
            check(
              'reference',
              'gradient and product against float64',
              await distance({ objective, exact, rows, operator, point }, u, signal),
              ALLOWED.reference,
            ),
          ]),
    ];
  } finally {
    exact.dispose();
  }
}

/**
 * Of the run's gradient and product over the first rows from float64's, relative. At a perfect fit both are rounding of
 * what cancels, so that with weights half as large may count instead.
 */
async function distance(
  {
    objective,
    exact,
    rows,
    operator,
    point,
  }: {
    readonly objective: Subject;
    readonly exact: Objective;
    readonly rows: number;
    readonly operator: OperatorName;
    readonly point: Point;
  },
  u: LongVector,
  signal?: AbortSignal,
): Promise<number> {
  let best = Infinity;
  for (const share of [1, 0.5]) {
    const there = { ...point, theta: point.theta.map((value) => share * value) };
    const ours = await objective.ofFirst(rows, operator, { point: there, vector: u }, signal);
    const { gradient } = await exact.gradient(there, signal);
    const [product] = await exact.products(operator, there, [u], signal);
    const found = Math.max(apart(ours.gradient, gradient), apart(ours.product, product));
    if (!(found > ALLOWED.reference)) return found;
    best = Math.min(best, found);
  }
  return best;
}

/**
 * The largest share of H that was found not to be symmetric: on all that the random vector's witness was shown, and on
 * the pass of four, whose other two directions are asked about each other and about the gradient's too.
 */
function asymmetry({ random, slopes, four }: FirstProducts, evidence?: Evidence): number {
  const witness = new Witness(random);
  witness.saw(slopes);
  const found = [witness, ...(evidence ? [evidence.witness] : [])];
  const made = (four?.vectors ?? []).map((vector, i): Multiplied => ({ vector, product: four!.first[i] }));
  const [, direction, other, parameters] = made;
  if (four) {
    [other, parameters].forEach((each) => witness.saw(each));
    const second = new Witness(other);
    [direction, parameters].forEach((each) => second.saw(each));
    found.push(second);
  }
  const between = four ? [crossed(direction, parameters)] : [];
  return worstOf([...found.map(({ asymmetry: each }) => each), ...between]);
}

/** |a.Hb - b.Ha| of two unit vectors over |Ha| or |Hb|. */
const crossed = (a: Multiplied, b: Multiplied): number =>
  Math.abs(dot(a.vector, b.product) - dot(b.vector, a.product)) /
  (Math.max(norm(a.product), norm(b.product)) || 1);

/**
 * The gradient's own direction, then random mixtures of its tensors, so that none of them hides behind the others. Half
 * of each tensor's part goes along its gradient, where the slope is well seen, and half anywhere. One at a time, for they
 * are long.
 */
function* alongTensors(
  gradient: LongVector,
  blocks: readonly { readonly offset: number; readonly length: number }[],
  { unit, weight }: Pick<Draws, 'unit' | 'weight'>,
): Generator<Question> {
  const mixture = (): Question => {
    const mixed = unit();
    let scale = 0;
    for (const { offset, length } of blocks) {
      const [part, slopes] = [mixed, gradient].map((vector) => stretchOf(vector, offset, offset + length));
      const [anywhere, along, share] = [norm(part) || 1, norm(slopes), weight()];
      slopes.forEach((slope, i) => (part[i] = share * (part[i] / anywhere + slope / (along || 1))));
      scale += share * along;
    }
    const length = norm(mixed);
    return { direction: normalized(mixed), scale: scale / length };
  };
  yield { direction: normalized(gradient), scale: norm(gradient) };
  for (let more = 1; more < DIRECTIONS; more++) yield mixture();
}

function notFinite(vector: LongVector): number {
  let count = 0;
  eachStretch([vector], ([part]) => {
    for (const value of part) if (!Number.isFinite(value)) count++;
  });
  return count;
}

/** Not a number is the worst of all. */
const worstOf = (values: readonly number[]): number =>
  values.reduce((worst, value) => (value > worst || Number.isNaN(value) ? value : worst), 0);

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function check(id: string, label: string, found: number, allowed: number): Check {
  // Not a number is not within anything.
  return {
    id,
    label,
    found: Number.isFinite(found) ? found : Number.MAX_VALUE,
    allowed,
    passed: found <= allowed,
  };
}
