import { doubtfulInputs } from '../doubtful-inputs';
import type { MeasuredCost } from '../measured-cost';
import { selfCheck } from '../self-check';
import { type AnalysisStage, COMPILE_GRADIENT, GRADIENT } from './stage';

/** Products of passes of four and of one in the checks, losses and gradients for their differences. */
const FOURS = 8;
const SINGLES = 2;
const VALUES = 8;
const GRADIENTS = 6;
/** Milliseconds of the reference in float64. */
const REFERENCE = 500;

/** Before anything is measured: in units of a product. */
export const USUAL: MeasuredCost = {
  single: 1,
  ofFour: 0.9,
  compileSingle: 5,
  compileFour: 10,
  value: 0.2,
  orthogonalize: 0.0015,
  eigenvalues: 1e-9,
};

/** Questions the derivatives, and says what the whole takes at the price of the products that took. */
export const checks: AnalysisStage = {
  name: 'checks',
  isAsked: () => true,
  work: () => 1,
  products: FOURS + SINGLES,
  cost: (_, __, cost) =>
    FOURS * cost.ofFour +
    SINGLES * cost.single +
    GRADIENTS * GRADIENT * cost.single +
    VALUES * cost.value +
    ((1 + COMPILE_GRADIENT) * cost.compileSingle + cost.compileFour) +
    (cost === USUAL ? 0 : REFERENCE),
  async run(state) {
    const { problem, origin, request } = state.subject;
    const { operator, seed } = request;
    const found = await selfCheck(
      { objective: problem.objective, operator, point: origin, gradient: state.gradient },
      seed,
      state.signal,
    );
    state.report.checks = found.checks;
    const doubt = doubtfulInputs(found.checks, state.report);
    if (doubt !== undefined) state.report.notes.push(doubt);
    state.start = found.start;
    state.reprice(found.cost);
  },
};
