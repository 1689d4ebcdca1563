import { besideMatrices } from '../other-matrices';
import { type AnalysisStage, costOfSearch, searched } from './stage';
import { costOfTrace, likelyProbes } from './trace';

/** The ends and traces of the two matrices that stand in for the Hessian elsewhere, for comparison. */
export const otherMatrices: AnalysisStage = {
  name: 'other matrices',
  isAsked: ({ operators }) => operators,
  work: (request, size) => 2 * (searched(request, size) + 1 + likelyProbes(size)),
  products: 'work',
  cost: (request, size, cost) =>
    2 *
    (costOfSearch(request, size, cost) +
      costOfTrace(request, size, cost) +
      cost.compileSingle +
      cost.compileFour),
  async run(state) {
    const { problem, origin, request } = state.subject;
    await besideMatrices(problem.objective, origin, request, {
      signal: state.signal,
      onProgress: (products) => state.progress.advance(products),
      onMatrix: (beside) => {
        state.report.beside = [...(state.report.beside ?? []), beside];
        state.publish();
      },
    });
  },
};
