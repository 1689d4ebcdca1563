import { ALONG, type AnalysisStage, atMostTwice, growing, searched } from './stage';

const EACH = 40;

/** The smallest eigenvalues, from the space that the largest ones left. */
export const smallest: AnalysisStage = {
  name: 'smallest eigenvalues',
  isAsked: ({ bottom }) => bottom > 0,
  work: ({ bottom }, size) => atMostTwice(EACH * bottom, size),
  products: 'work',
  cost(request, size, cost) {
    const { bottom } = request;
    const products = atMostTwice(EACH * bottom, size);
    const basis = searched(request, size);
    return (
      products * (bottom > 1 ? cost.ofFour : cost.single) +
      growing(basis, basis + products) * cost.orthogonalize +
      bottom * ALONG * cost.single
    );
  },
  async run(state) {
    const { pairs, values } = await state.eigenvalues!.smallest(state.space, {
      onProgress: (products) => state.progress.advance(products),
    });
    const { spectrum } = state.report;
    spectrum.smallest = values;
    delete spectrum.lowestRitz;
    state.smallest = pairs;
    state.publish();
  },
};
