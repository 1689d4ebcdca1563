import { RANDOM_SLICES, SLICE_POINTS, measureSlices } from '../slices';
import { ALONG, type AnalysisStage, costOfLosses } from './stage';
import type { AnalyzeRequest } from '../../../contract/settings';

const count = ({ top }: AnalyzeRequest): number => Math.min(3, top) + RANDOM_SLICES;

/** The loss along eigenvectors and random directions. */
export const slices: AnalysisStage = {
  name: 'slices',
  isAsked: (request) => request.slices,
  work: (request) => count(request) * SLICE_POINTS,
  products: 0,
  cost: (request, size, cost) =>
    count(request) * (SLICE_POINTS * costOfLosses(size, cost) + ALONG * cost.single),
  async run(state) {
    const { problem, origin, request } = state.subject;
    await measureSlices(problem, origin, state.largest, {
      seed: request.seed,
      loss: state.report.loss?.train.loss.value ?? 0,
      signal: state.signal,
      onPoint: (index, slice, points) => {
        state.report.slices[index] = slice;
        state.progress.advance(index * SLICE_POINTS + points);
        if (points % 5 === 0) state.publish();
      },
    });
  },
};
