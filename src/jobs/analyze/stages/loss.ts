import { guessingText } from '../../preparation/guessing';
import { measureSplit } from '../../preparation/measure-point';
import type { AnalysisState } from '../state';
import { type AnalysisStage, COMPILE_VALUE } from './stage';

const measured = (
  { subject: { problem, origin, request }, signal }: AnalysisState,
  split: 'train' | 'test',
) => measureSplit(problem, split, { point: origin, path: request.checkpoint }, signal);

/** Loss and accuracy on the training rows: the first figure. */
export const loss: AnalysisStage = {
  name: 'loss',
  isAsked: () => true,
  work: () => 1,
  products: 0,
  cost: (_, __, cost) => cost.value + COMPILE_VALUE * cost.compileSingle,
  async run(state) {
    const { report } = state;
    report.loss = { train: await measured(state, 'train') };
    const guessing = guessingText(state.subject.problem, report.loss.train);
    if (guessing !== undefined) {
      report.notes.push(guessing);
      report.suggestions = [...(report.suggestions ?? []), { id: 'check-data', text: guessing }];
    }
    state.publish();
  },
};

/** The same on the test rows, where there are some, once the figures that are waited for stand. */
export const testLoss: AnalysisStage = {
  name: 'test loss',
  isAsked: () => true,
  work: () => 1,
  products: 0,
  cost: (_, { testShare }, cost) => testShare * cost.value,
  async run(state) {
    const { report } = state;
    if (!state.subject.problem.objective.hasTest) return;
    report.loss = { ...report.loss!, test: await measured(state, 'test') };
    state.publish();
  },
};
