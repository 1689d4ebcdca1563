import * as z from 'zod';
import { experimentRequestSchema } from './experiment';
import { analyzeRequestSchema } from './settings';
import { surfaceTaskSchema } from './surface-step';

/** What a process elsewhere is to do; `key` names its result in the folder of results. */
const named = { label: z.string(), key: z.string().regex(/^[0-9a-f]{64}$/) };
const taskSchema = z.union([
  /** The report of a checkpoint. */
  z.object({ ...named, request: analyzeRequestSchema }),
  /** A run of an experiment, by its folder there: trained and measured. */
  z.object({ ...named, experiment: experimentRequestSchema, run: z.string() }),
  /** A step of some pictures of the landscape. */
  surfaceTaskSchema.extend(named),
]);
export type Task = z.infer<typeof taskSchema>;

/** The file of tasks: all that a process elsewhere reads besides checkpoints and data. A task is called by its place. */
export const taskListSchema = z.object({
  /** Of Landscape: what another version computes has another key. */
  version: z.string(),
  title: z.string(),
  /** The folder where results land as the cache's own files. */
  results: z.string(),
  /** A task that had no time left goes on where it was when it is started again. */
  resumes: z.boolean(),
  tasks: z.array(taskSchema).min(1),
});
export type TaskList = z.infer<typeof taskListSchema>;

/** What `runTask` is asked to do. */
export const runTaskSchema = z.object({ task: taskSchema, results: z.string() });
export type RunTaskRequest = z.infer<typeof runTaskSchema>;

/** What there is to do of a job, and which of it is on the disk already. */
export interface PlannedTasks {
  readonly tasks: readonly Task[];
  /** The keys of those whose results are kept. */
  readonly kept: readonly string[];
}
