import type { TaskList } from '../../contract/tasks';
import type { Printed } from '../on';
import { type ScriptParts, batchScript } from '../slurm/script';
import { kubernetesJob } from './kubernetes';
import { snakemakeRule } from './snakemake';

/** What another scheduler takes. @throws UserError where the profile lacks what it must say. */
export function printed(what: Printed, parts: ScriptParts, list: TaskList): string {
  if (what === 'sbatch') return batchScript(parts);
  if (what === 'kubernetes') return kubernetesJob(parts, list.tasks.length);
  return snakemakeRule(parts, list);
}
