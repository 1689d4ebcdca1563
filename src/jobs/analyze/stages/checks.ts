import type { AnalyzeRequest } from '../../../contract/settings';
import { doubtfulInputs } from '../doubtful-inputs';
import { firstProducts } from '../first-products';
import type { MeasuredCost } from '../measured-cost';
import { selfCheck } from '../self-check';
import { sharesPasses } from './shares-passes';
import { type AnalysisStage, COMPILE_GRADIENT, GRADIENT, type WorkSize, workSize } from './stage';

/** Products of one vector that a run begins with, those of passes of four, losses and gradients for the checks' differences. */
const SINGLES = 3;
const FOURS = 8;
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

const fours = (request: AnalyzeRequest, size: WorkSize): number => (sharesPasses(request, size) ? FOURS : 0);

/** The products that checks and search begin with, by whose price it is said what the whole takes. */
export const first: AnalysisStage = {
  name: 'first products',
  isAsked: () => true,
  work: (request, size) => SINGLES + fours(request, size),
  products: 'work',
  cost: (request, size, cost) =>
    SINGLES * cost.single +
    fours(request, size) * cost.ofFour +
    cost.value +
    cost.compileSingle +
    (fours(request, size) > 0 ? cost.compileFour : 0),
  async run(state) {
    const { request } = state.subject;
    state.first = await firstProducts(state.atPoint, {
      seed: request.seed,
      passes: sharesPasses(request, workSize(state.subject.problem)),
      signal: state.signal,
    });
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
  products: 0,
  cost: (_, __, cost) =>
    GRADIENTS * GRADIENT * cost.single +
    VALUES * cost.value +
    COMPILE_GRADIENT * cost.compileSingle +
    (cost === USUAL ? 0 : REFERENCE),
  async run(state) {
    const { report } = state;
    report.checks = await selfCheck(state.atPoint, state.first, {
      evidence: state.eigenvalues?.evidence,
      signal: state.signal,
    });
    const doubt = doubtfulInputs(report.checks, report);
    if (doubt !== undefined) report.notes.push(doubt);
    state.publish();
  },
};
