import { loaded } from '../../../core/long-vector';
import { inTableOrder, measuresAsked, workOf } from '../../../analysis/measures/registry';
import { measureAt } from '../measures';
import type { AnalysisStage } from './stage';

/** The measures of sharpness that were asked for. */
export const measures: AnalysisStage = {
  name: 'measures',
  isAsked: (request) => measuresAsked(request.measures).length > 0,
  work: (request, { parameters }) => workOf(measuresAsked(request.measures), parameters),
  products: 'work',
  cost: (request, { parameters }, cost) => workOf(measuresAsked(request.measures), parameters) * cost.single,
  async run(state) {
    const { problem, origin, request } = state.subject;
    const ids = measuresAsked(request.measures);
    const work = workOf(ids, problem.objective.parameters.dimension);
    const notes = await measureAt(problem, origin, ids, {
      seed: request.seed,
      gradient: loaded(state.gradient),
      spectrum: state.report.spectrum,
      spectrumOf: request.operator,
      ...state.known,
      signal: state.signal,
      onProgress: (share) => state.progress.advance(share * work),
      onMeasure: (found) => {
        state.report.measures = inTableOrder([...state.report.measures, found]);
        state.publish();
      },
    });
    state.report.notes.push(...notes);
    state.publish();
  },
};
