import * as z from 'zod';
import { analyzeRequestSchema } from './settings';

/** What a process elsewhere is to do; `key` names its result in the folder of results. */
const taskSchema = z.object({
  label: z.string(),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  request: analyzeRequestSchema,
});
export type Task = z.infer<typeof taskSchema>;

/** The file of tasks: all that a process elsewhere reads besides checkpoints and data. A task is called by its place. */
export const taskListSchema = z.object({
  /** Of Landscape: what another version computes has another key. */
  version: z.string(),
  title: z.string(),
  /** The folder where results land as the cache's own files. */
  results: z.string(),
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
