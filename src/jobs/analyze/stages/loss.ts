import { guessingText } from '../../preparation/guessing';
import { measureCheckpoint } from '../../preparation/measure-point';
import { type AnalysisStage, COMPILE_VALUE, costOfLosses } from './stage';

/** Loss and accuracy on training and test rows. */
export const loss: AnalysisStage = {
  name: 'loss',
  isAsked: () => true,
  work: () => 1,
  products: 0,
  cost: (_, size, cost) => costOfLosses(size, cost) + COMPILE_VALUE * cost.compileSingle,
  async run(state) {
    const { problem, origin, request } = state.subject;
    state.report.loss = await measureCheckpoint(problem, origin, request.checkpoint, state.signal);
    const guessing = guessingText(problem, state.report.loss.train);
    if (guessing !== undefined) {
      const { report } = state;
      report.notes.push(guessing);
      report.suggestions = [...(report.suggestions ?? []), { id: 'check-data', text: guessing }];
    }
    state.publish();
  },
};
