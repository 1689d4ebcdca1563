import { SHIFTED } from '../../../analysis/measures/without-bar';
import { densityOfEigenvalues } from '../../../analysis/spectrum/density';
import { type ExactSpectrum, exactSpectrum } from '../../../analysis/spectrum/exact';
import type { AnalysisState } from '../state';
import { type AnalysisStage, costOfEigenvalues, costOfMatrix } from './stage';

/** The eigenvalues of the dense matrix, into which {@link denseMatrix} goes on. */
export const denseEigenvalues: AnalysisStage = {
  name: 'eigenvalues of the matrix',
  isAsked: ({ exact }) => exact,
  work: () => 1,
  products: 0,
  cost: (_, size, cost) => costOfEigenvalues(size, cost),
};

/** The whole spectrum from the dense matrix: trace, layers and density without estimating anything. */
export const denseMatrix: AnalysisStage = {
  name: 'dense matrix',
  isAsked: ({ exact }) => exact,
  work: (_, { parameters }) => parameters,
  products: 'work',
  cost: (_, size, cost) => costOfMatrix(size, cost),
  async run(state) {
    const { problem, request } = state.subject;
    const { blocks, dimension } = problem.objective.parameters;
    const found = await exactSpectrum(state.operator, {
      blocks: request.layers === 'off' ? [] : blocks,
      signal: state.signal,
      onProgress: (products) => {
        state.progress.advance(products);
        if (products === dimension) state.progress.enter(denseEigenvalues.name);
      },
      onEigenvalues: (share) => state.progress.advance(share),
    });
    keep(state, found, await state.eigenvalues!.roundingOfAll(found));
    state.known = { matrix: found.matrix };
    state.publish();
  },
};

function keep({ report }: AnalysisState, found: ExactSpectrum, errorBound: number): void {
  const { spectrum } = report;
  const { asymmetry } = found;
  const eigenvalues = [...found.eigenvalues];
  spectrum.exact = { eigenvalues, asymmetry, errorBound };
  spectrum.trace = { value: found.trace, standardError: 0, probes: 0 };
  spectrum.density = densityOfEigenvalues(eigenvalues);
  if (spectrum.lowestRitz !== undefined) {
    delete spectrum.lowestRitz;
    spectrum.smallest = [
      { value: eigenvalues[0], residual: asymmetry, errorBound, converged: true, samplingReason: SHIFTED },
    ];
  }
  report.layers = report.layers.map((layer, i) => ({
    ...layer,
    trace: { value: found.blocks[i].trace, standardError: 0 },
    largest: { value: found.blocks[i].largest, residual: asymmetry, errorBound, converged: true },
  }));
}
