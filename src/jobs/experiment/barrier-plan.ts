import { barrierPairs } from '../../analysis/comparison/barrier-pairs';
import type { PlannedRun } from '../../analysis/experiments/expand';
import { identityOf } from '../../core/identity';
import type { ExperimentFile } from '../../contract/experiment';

/**
 * Which barriers an experiment asks for and will not have, as far as its file tells before anything is trained, a sentence
 * each. Ends that are checkpoints are told apart when they are opened.
 */
export function barrierNotes({ measure }: ExperimentFile, planned: readonly PlannedRun[]): string[] {
  if (!measure.barriers) return [];
  const data = new Set(planned.map(({ run }) => identityOf([run.data, run.loss, run.input])));
  if (data.size > 1)
    return ['There will be no barriers: the runs differ in their data, loss or scaling of inputs.'];
  const { pairs, note } = barrierPairs(planned.map(({ folder, seed }) => ({ run: folder, seed })));
  const different = pairs.filter(([a, b]) => isOther(planned[a], planned[b])).length;
  return [
    // How many checkpoints a run will have is not known yet.
    ...(note !== undefined && measure.checkpoints === 'last' ? [note] : []),
    ...(different > 0
      ? [
          `${different} of ${pairs.length} pairs of runs will have no barrier between them: their architectures are different.`,
        ]
      : []),
  ];
}

/** Networks that are made here, of which no line joins one with the other. */
function isOther({ run: a }: PlannedRun, { run: b }: PlannedRun): boolean {
  if (typeof a.model === 'string' || typeof b.model === 'string') return false;
  return identityOf(shapeOf(a.model)) !== identityOf(shapeOf(b.model));
}

/** A network without what is off when it is measured. */
const shapeOf = (model: object): object => ({ ...model, dropout: undefined });
