import { Eigenvalues } from '../eigenvalues';
import { ALONG, type AnalysisStage, costOfSearch, searched } from './stage';

/** The largest eigenvalues, with their bounds. */
export const largest: AnalysisStage = {
  name: 'largest eigenvalues',
  isAsked: () => true,
  work: (request, size) => searched(request, size) + 1,
  products: 'work',
  cost: (request, size, cost) => costOfSearch(request, size, cost) + request.top * ALONG * cost.single,
  async run(state) {
    const { problem, origin, request } = state.subject;
    const { report } = state;
    const eigenvalues = await Eigenvalues.open(problem.objective, origin, request, state.signal);
    state.eigenvalues = eigenvalues;
    const result = await eigenvalues.largest({
      first: state.first,
      onProgress: (products) => state.progress.advance(products),
      onHighest: (value) => {
        report.spectrum.highestRitz = value;
        state.publish();
      },
      onValues: (values) => {
        report.spectrum.largest = values.map((value) => ({ ...value }));
        state.publish();
      },
    });
    report.spectrum.largest = result.values;
    report.spectrum.lowestRitz = result.lowestRitz.value;
    delete report.spectrum.highestRitz;
    report.notes.push(...eigenvalues.notes);
    state.largest = result.pairs;
    state.space = result.space;
    state.publish();
  },
};
