import { doubtfulInputs } from '../doubtful-inputs';
import { firstProducts } from '../first-products';
import type { MeasuredCost } from '../measured-cost';
import { selfCheck } from '../self-check';
import { type AnalysisStage, COMPILE_GRADIENT, GRADIENT } from './stage';

/** Products of passes of four and of one in the checks, losses and gradients for their differences. */
const FOURS = 8;
const SINGLES = 2;
const VALUES = 7;
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

/** The products that checks and search begin with, by whose price it is said what the whole takes. */
export const first: AnalysisStage = {
  name: 'first products',
  isAsked: () => true,
  work: () => 1,
  products: FOURS + SINGLES,
  cost: (_, __, cost) =>
    FOURS * cost.ofFour + SINGLES * cost.single + cost.value + cost.compileSingle + cost.compileFour,
  async run(state) {
    const { request } = state.subject;
    state.first = await firstProducts(state.atPoint, request.seed, state.signal);
    const { atLeast } = state.first;
    if (Number.isFinite(atLeast)) state.report.spectrum.highestRitz = atLeast;
    state.reprice(state.first.cost);
    state.publish();
  },
};

/** Questions the derivatives. */
export const checks: AnalysisStage = {
  name: 'checks',
  isAsked: () => true,
  work: () => 1,
  products: SINGLES,
  cost: (_, __, cost) =>
    SINGLES * cost.single +
    GRADIENTS * GRADIENT * cost.single +
    VALUES * cost.value +
    COMPILE_GRADIENT * cost.compileSingle +
    (cost === USUAL ? 0 : REFERENCE),
  async run(state) {
    const { report } = state;
    report.checks = await selfCheck(state.atPoint, state.first, state.signal);
    const doubt = doubtfulInputs(report.checks, report);
    if (doubt !== undefined) report.notes.push(doubt);
    state.publish();
  },
};
