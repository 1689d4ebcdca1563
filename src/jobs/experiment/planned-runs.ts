import path from 'node:path';
import { type PlannedRun, expandExperiment } from '../../analysis/experiments/expand';
import type { ExperimentRequest } from '../../contract/experiment';
import { mistakeText } from '../../contract/mistakes';
import { UserError } from '../../core/errors';

/** The runs that an experiment asks for. @throws UserError that names every mistake of the file. */
export function plannedRuns(request: ExperimentRequest): PlannedRun[] {
  const { runs, mistakes } = expandExperiment(request.file);
  if (!runs)
    throw new UserError(`${path.relative('', request.path)} is not right: ${mistakeText(mistakes)}.`);
  return runs.map((run) => withPaths(run, path.dirname(request.path)));
}

/** Paths in an experiment are relative to its file. */
function withPaths(planned: PlannedRun, folder: string): PlannedRun {
  const { data, model } = planned.run;
  return {
    ...planned,
    run: {
      ...planned.run,
      data: path.resolve(folder, data),
      model: typeof model === 'string' ? path.resolve(folder, model) : model,
    },
  };
}
