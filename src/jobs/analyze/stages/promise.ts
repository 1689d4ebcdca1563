import { promiseOf } from '../promise';
import { type AnalysisStage, atMostTwice } from './stage';

/** What it mostly takes beyond the search for the largest eigenvalues, whose steps it repeats. */
const LIKELY = 1;

/** How far below the loss the bottom of the quadratic model lies. */
export const promise: AnalysisStage = {
  name: 'gradient over curvature',
  isAsked: ({ operator }) => operator === 'hessian',
  work: (_, size) => atMostTwice(LIKELY, size),
  products: 'work',
  cost: (_, size, cost) => atMostTwice(LIKELY, size) * cost.single,
  async run(state) {
    const found = await promiseOf(state.report, state.operator, state.gradient, state);
    if (found) state.report.gradientPromise = found;
    state.publish();
  },
};
