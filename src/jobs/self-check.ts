import { dot, norm } from '../analysis/linear-algebra/vectors';
import type { Objective, Point } from '../objective/objective';
import { random } from '../shared/random';
import type { Check } from '../shared/report';
import type { OperatorName } from '../shared/settings';
import { type MeasuredCost, timedProducts } from './work-estimate';

/** What each check allows: far above float32's rounding on real networks, far below what a wrong derivative gives. */
const ALLOWED = {
  gradient: 1e-2,
  symmetry: 1e-4,
  linearity: 1e-4,
  differences: 2e-2,
  vectors: 1e-5,
  chunks: 1e-5,
  repeat: 0,
  finite: 0,
} as const;

const STREAM = 8_000_000;

const combine = (a: Float64Array, factor: number, b: Float64Array) =>
  a.map((value, i) => value + factor * b[i]);
/** |a - b| over the larger of |b| and a scale below which all is rounding. */
const apart = (a: Float64Array, b: Float64Array, scale = 0) =>
  norm(combine(a, -1, b)) / (Math.max(norm(b), scale) || 1);

/**
 * Questions the engine's derivatives on the person's own model and data before anything is built on them: gradient
 * against differences of the loss, the product's symmetry, linearity, repetition and independence of how rows and vectors
 * are grouped, and on smooth networks the product against differences of gradients. Its products are timed on the way.
 */
export async function selfCheck(
  objective: Objective,
  operator: OperatorName,
  point: Point,
  gradient: Float64Array,
  seed: number,
  signal?: AbortSignal,
): Promise<{ checks: Check[]; cost: MeasuredCost }> {
  const stream = random(seed, STREAM);
  const unit = () => {
    const vector = point.theta.map(() => stream.normal());
    const length = norm(vector);
    return vector.map((value) => value / length);
  };
  const [u, v] = [unit(), unit()];
  const vectors = [u, v, combine(u, 2, v), combine(v, -1, u)];
  const four = await timedProducts(objective, operator, point, vectors, signal);
  const single = await timedProducts(objective, operator, point, [u], signal);
  const [hu, hv, sum] = four.products;
  const size = Math.max(norm(hu), norm(hv));
  const all = [gradient, ...four.products].map(
    (vector) => vector.filter((value) => !Number.isFinite(value)).length,
  );

  const checks = [
    check(
      'finite',
      'values that are not finite',
      all.reduce((a, b) => a + b),
    ),
    check(
      'gradient',
      'gradient against differences',
      await gradientError(objective, point, gradient, signal),
    ),
    check('symmetry', 'symmetry of the product', Math.abs(dot(u, hv) - dot(v, hu)) / (size || 1)),
    check('linearity', 'linearity of the product', apart(sum, combine(hu, 2, hv), size)),
    check('vectors', 'one vector or four at a time', apart(single.products[0], hu, size)),
    check('chunks', 'rows in other chunks', await objective.chunkDependence(point, signal)),
    check('repeat', 'run to run', apart(four.repeated[0], hu) + apart(four.repeated[1], hv)),
  ];
  if (operator === 'hessian' && objective.smooth)
    checks.push(check('differences', 'product against differences of gradients', await productError(objective, point, hu, u, signal))); // prettier-ignore
  return {
    checks,
    cost: { single: single.milliseconds, ofFour: four.milliseconds / vectors.length },
  };
}

function check(id: keyof typeof ALLOWED, label: string, found: number): Check {
  const allowed = ALLOWED[id];
  // Not a number is not within anything.
  return {
    id,
    label,
    found: Number.isFinite(found) ? found : Number.MAX_VALUE,
    allowed,
    passed: found <= allowed,
  };
}

/** Steps as shares of the parameters' norm: kinks want short ones, float32 long ones, so the best one counts. */
const STEPS = [1e-2, 1e-3, 1e-4, 1e-5];

/**
 * Slope of the loss along the gradient's direction by central differences, against the gradient: relative, at the best
 * step. Where signals are so small that no step that float32 can see stays between kinks, both are taken a little aside.
 */
async function gradientError(
  objective: Objective,
  point: Point,
  gradient: Float64Array,
  signal?: AbortSignal,
): Promise<number> {
  const length = norm(gradient);
  if (!(length > 0)) return length;
  const direction = gradient.map((value) => value / length);
  const at = (t: number): Point => ({ ...point, theta: combine(point.theta, t, direction) });
  const loss = async (t: number) => {
    const { losses } = await objective.values('train', at(t), signal);
    return losses.reduce((sum, value) => sum + value, 0) / losses.length;
  };
  let best = Infinity;
  for (const aside of [0, 3])
    for (const share of STEPS) {
      const h = share * (norm(point.theta) || 1);
      const centre = aside * h;
      const expected =
        aside === 0 ? length : dot((await objective.gradient(at(centre), signal)).gradient, direction);
      const slope = ((await loss(centre + h)) - (await loss(centre - h))) / (2 * h);
      best = Math.min(best, Math.abs(slope - expected) / length);
      if (best < ALLOWED.gradient / 4) return best;
    }
  return best;
}

/** Central difference of gradients along u against Hu. */
async function productError(
  objective: Objective,
  point: Point,
  hu: Float64Array,
  u: Float64Array,
  signal?: AbortSignal,
): Promise<number> {
  let best = Infinity;
  for (const share of [3e-3, 1e-3]) {
    const h = share * (norm(point.theta) || 1);
    const at = async (t: number) =>
      (await objective.gradient({ ...point, theta: combine(point.theta, t, u) }, signal)).gradient;
    const difference = combine(await at(h), -1, await at(-h)).map((value) => value / (2 * h));
    best = Math.min(best, apart(difference, hu));
    if (best < ALLOWED.differences / 4) break;
  }
  return best;
}
