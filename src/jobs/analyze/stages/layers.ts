import type { EigenEstimate } from '../../../analysis/spectrum/eigenpair';
import type { AnalysisStage } from './stage';

const PRODUCTS_PER_TENSOR = 8;

/** The largest eigenvalue of each tensor's own block; the dense matrix has them all. */
export const layers: AnalysisStage = {
  name: 'layers',
  isAsked: (request) => request.layers === 'full' && !request.exact,
  work: (_, { tensors }) => tensors * PRODUCTS_PER_TENSOR,
  products: 'work',
  cost: (_, { tensors }, cost) => tensors * PRODUCTS_PER_TENSOR * cost.ofFour,
  async run(state) {
    const { blocks } = state.subject.problem.objective.parameters;
    const show = (index: number, { value, residual, errorBound, converged }: EigenEstimate) => {
      state.report.layers[index].largest = { value, residual, errorBound, converged };
    };
    const found = await state.eigenvalues!.layers(blocks, {
      onProgress: (products) => state.progress.advance(products),
      onValue: (index, value) => {
        show(index, value);
        state.publish();
      },
    });
    found.forEach((value, index) => show(index, value));
    state.publish();
  },
};
