import path from 'node:path';
import type { PlannedRun } from '../../analysis/experiments/expand';
import type { ExperimentRequest } from '../../contract/experiment';
import type { PlannedTasks, Task } from '../../contract/tasks';
import { throwIfCancelled } from '../../core/errors';
import { KeptStore } from '../../settings/kept-store';
import { resultKey } from '../../settings/result-key';
import type { JobContext } from '../context/context';
import { InputHashes } from '../experiment/input-hashes';
import { plannedRuns } from '../experiment/planned-runs';

/** The folder of an experiment where tasks leave word of the runs that have come to their ends. */
export const resultsOf = ({ out }: Pick<ExperimentRequest, 'out'>): string => path.join(out, 'results');

/**
 * One task a run of an experiment, with the key under which its end is kept.
 * @throws UserError that names every mistake of the file, or where data or a start cannot be read.
 */
export async function planRuns(
  request: ExperimentRequest,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<PlannedTasks> {
  const runs = plannedRuns(request);
  const inputs = new InputHashes(signal);
  const store = new KeptStore(resultsOf(request));
  const tasks: Task[] = [];
  const kept: string[] = [];
  for (const [i, planned] of runs.entries()) {
    throwIfCancelled(signal);
    const label = `${planned.label}, seed ${planned.seed}`;
    progress({ stage: `reading for ${label}`, fraction: i / runs.length, remainingSeconds: undefined });
    const key = await keyOf(request, planned, inputs);
    tasks.push({ label, key, experiment: request, run: planned.folder });
    if ((await store.readAny(key)) !== undefined) kept.push(key);
  }
  return { tasks, kept };
}

/** Names a run's end by all that decides it; what only joins runs does not. */
async function keyOf(
  { file: { measure } }: ExperimentRequest,
  { run, folder }: PlannedRun,
  inputs: InputHashes,
): Promise<string> {
  const { data, model } = await inputs.of(run);
  // Where files lie decides nothing: their contents do.
  const own = { ...run, data, model: typeof run.model === 'string' ? model : run.model };
  return resultKey('run of an experiment', folder, own, measure);
}
