/** A trial of the search: a step with the function's value and slope there. */
interface Trial {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

const SUFFICIENT = 1e-3;
const CURVATURE = 0.9;
const WIDTH = 0.1;
const MOST_EVALUATIONS = 20;

export type SearchOutcome = { readonly trial: Trial; readonly accepted: boolean };

/**
 * A step that satisfies sufficient decrease (1e-3) and curvature (.9) along a line (Moré and Thuente 1994), with the
 * constants of L-BFGS-B 3.0. `accepted` is false when rounding, the bounds or twenty evaluations ended the search
 * before; a step at the upper bound that decreases the function enough is accepted.
 */
export async function moreThuente(
  evaluate: (step: number) => Promise<{ readonly value: number; readonly slope: number }>,
  start: { readonly value: number; readonly slope: number },
  first: number,
  most: number,
): Promise<SearchOutcome> {
  const tested = SUFFICIENT * start.slope;
  let best: Trial = { step: 0, ...start };
  let other: Trial = best;
  let bracketed = false;
  let stage = 1;
  let [width, widthBefore] = [most, 2 * most];
  let [least, upper] = [0, first + 4 * first];
  let step = first;
  let trial: Trial = best;
  for (let evaluation = 1; evaluation <= MOST_EVALUATIONS; evaluation++) {
    trial = { step, ...(await evaluate(step)) };
    const decrease = start.value + step * tested;
    if (stage === 1 && trial.value <= decrease && trial.slope >= 0) stage = 2;
    const stuck = bracketed && (step <= least || step >= upper || upper - least <= WIDTH * upper);
    const atMost = step === most && trial.value <= decrease && trial.slope <= tested;
    const converged = trial.value <= decrease && Math.abs(trial.slope) <= -CURVATURE * start.slope;
    if (converged || atMost) return { trial, accepted: true };
    // The library goes on from where rounding stops it, so such a step counts too.
    if (stuck || step === 0) return { trial, accepted: true };
    // In the first stage an auxiliary function with its slope tilted by the decrease asked for is bracketed.
    const tilted = stage === 1 && trial.value <= best.value && trial.value > decrease ? tested : 0;
    const tilt = (t: Trial): Trial => ({
      step: t.step,
      value: t.value - t.step * tilted,
      slope: t.slope - tilted,
    });
    const untilt = (t: Trial): Trial => ({
      step: t.step,
      value: t.value + t.step * tilted,
      slope: t.slope + tilted,
    });
    const next = updated(tilt(best), tilt(other), tilt(trial), { bracketed, least, most: upper });
    best = untilt(next.best);
    other = untilt(next.other);
    bracketed = next.bracketed;
    step = next.step;
    if (bracketed) {
      if (Math.abs(other.step - best.step) >= 0.66 * widthBefore)
        step = best.step + 0.5 * (other.step - best.step);
      widthBefore = width;
      width = Math.abs(other.step - best.step);
      least = Math.min(best.step, other.step);
      upper = Math.max(best.step, other.step);
    } else {
      least = step + 1.1 * (step - best.step);
      upper = step + 4 * (step - best.step);
    }
    step = Math.min(most, Math.max(0, step));
    if (bracketed && (step <= least || step >= upper || upper - least <= WIDTH * upper)) step = best.step;
  }
  return { trial, accepted: false };
}

/** What the minimizers of the cubic through two trials are made of. */
function cubicTerms(from: Trial, to: Trial, clipped: boolean): { theta: number; root: number } {
  const theta = (3 * (from.value - to.value)) / (to.step - from.step) + from.slope + to.slope;
  const size = Math.max(Math.abs(theta), Math.abs(from.slope), Math.abs(to.slope));
  const inside = (theta / size) ** 2 - (from.slope / size) * (to.slope / size);
  return { theta, root: size * Math.sqrt(clipped ? Math.max(0, inside) : inside) };
}

/** The next step and interval from three trials by safeguarded cubic and quadratic interpolation (section 4 there). */
function updated(
  best: Trial,
  other: Trial,
  trial: Trial,
  { bracketed, least, most }: { readonly bracketed: boolean; readonly least: number; readonly most: number },
): { best: Trial; other: Trial; bracketed: boolean; step: number } {
  const sign = trial.slope * (best.slope / Math.abs(best.slope));
  let step: number;
  let closed = bracketed;
  if (trial.value > best.value) {
    const { theta, root } = cubicTerms(best, trial, false);
    const gamma = trial.step < best.step ? -root : root;
    const r = (gamma - best.slope + theta) / (gamma - best.slope + gamma + trial.slope);
    const cubic = best.step + r * (trial.step - best.step);
    const quadratic =
      best.step +
      (best.slope / ((best.value - trial.value) / (trial.step - best.step) + best.slope) / 2) *
        (trial.step - best.step);
    const nearer = Math.abs(cubic - best.step) < Math.abs(quadratic - best.step);
    step = nearer ? cubic : cubic + (quadratic - cubic) / 2;
    closed = true;
  } else if (sign < 0) {
    const { theta, root } = cubicTerms(best, trial, false);
    const gamma = trial.step > best.step ? -root : root;
    const r = (gamma - trial.slope + theta) / (gamma - trial.slope + gamma + best.slope);
    const cubic = trial.step + r * (best.step - trial.step);
    const secant = trial.step + (trial.slope / (trial.slope - best.slope)) * (best.step - trial.step);
    step = Math.abs(cubic - trial.step) > Math.abs(secant - trial.step) ? cubic : secant;
    closed = true;
  } else if (Math.abs(trial.slope) < Math.abs(best.slope)) {
    const { theta, root } = cubicTerms(best, trial, true);
    const gamma = trial.step > best.step ? -root : root;
    const r = (gamma - trial.slope + theta) / (gamma + (best.slope - trial.slope) + gamma);
    const end = trial.step > best.step ? most : least;
    const cubic = r < 0 && gamma !== 0 ? trial.step + r * (best.step - trial.step) : end;
    const secant = trial.step + (trial.slope / (trial.slope - best.slope)) * (best.step - trial.step);
    const cubicNearer = Math.abs(cubic - trial.step) < Math.abs(secant - trial.step);
    if (bracketed) {
      step = cubicNearer ? cubic : secant;
      const limit = trial.step + 0.66 * (other.step - trial.step);
      step = trial.step > best.step ? Math.min(limit, step) : Math.max(limit, step);
    } else {
      step = cubicNearer ? secant : cubic;
      step = Math.max(least, Math.min(most, step));
    }
  } else if (bracketed) {
    const { theta, root } = cubicTerms(trial, other, false);
    const gamma = trial.step > other.step ? -root : root;
    const r = (gamma - trial.slope + theta) / (gamma - trial.slope + gamma + other.slope);
    step = trial.step + r * (other.step - trial.step);
  } else step = trial.step > best.step ? most : least;

  if (trial.value > best.value) return { best, other: trial, bracketed: closed, step };
  return { best: trial, other: sign < 0 ? best : other, bracketed: closed, step };
}
