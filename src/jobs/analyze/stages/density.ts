import { QUADRATURE, density as densityOf, densityProbes } from '../../../analysis/spectrum/density';
import { type AnalysisStage, type WorkSize, costOfEigenvalues, costOfMatrix, growing } from './stage';

const stepsOf = ({ parameters }: WorkSize): number => densityProbes(parameters) * QUADRATURE.steps;

/** Are there fewer steps of quadrature than rows of the matrix? Else the matrix itself is had. */
const isSampled = (size: WorkSize): boolean => stepsOf(size) < size.parameters;

/** The density of the eigenvalues; the dense matrix has it exactly. */
export const density: AnalysisStage = {
  name: 'density',
  isAsked: (request) => request.density && !request.exact,
  work: (_, size) => (isSampled(size) ? stepsOf(size) : size.parameters),
  products: 'work',
  cost: (_, size, cost) =>
    isSampled(size)
      ? stepsOf(size) * (densityProbes(size.parameters) > 1 ? cost.ofFour : cost.single) +
        densityProbes(size.parameters) * growing(0, QUADRATURE.steps) * cost.orthogonalize
      : costOfMatrix(size, cost) + costOfEigenvalues(size, cost),
  async run(state) {
    const {
      products: _,
      measure,
      matrix,
      ...found
    } = await densityOf(state.operator, {
      pairs: [...state.largest, ...state.smallest],
      seed: state.subject.request.seed,
      signal: state.signal,
      onProgress: (spent) => state.progress.advance(spent),
    });
    state.report.spectrum.density = found;
    state.known = { spectralMeasure: measure, matrix };
    state.publish();
  },
};
