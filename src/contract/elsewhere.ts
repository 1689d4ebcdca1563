import * as z from 'zod';
import { type FailedTask, compareRequestSchema } from './comparison';
import { experimentRequestSchema } from './experiment';
import { type Surface, surfaceRequestSchema } from './surface';

/** What `elsewhere` is asked to do: the tasks of a job, where `on` says (`slurm`, `slurm:PROFILE`, `local:N`). */
export const elsewhereSchema = z.object({
  on: z.string(),
  job: z.discriminatedUnion('method', [
    z.object({ method: z.literal('compare'), params: compareRequestSchema }),
    z.object({ method: z.literal('experiment'), params: experimentRequestSchema }),
    z.object({ method: z.literal('surface'), params: surfaceRequestSchema }),
  ]),
});
export type ElsewhereRequest = z.infer<typeof elsewhereSchema>;

/** What has become of them. */
export interface DoneElsewhere {
  /** Why tasks have no result, by what each is of. */
  readonly failures: Readonly<Record<string, FailedTask>>;
  /** A picture that was drawn whole. */
  readonly surface?: Surface;
}

/** A task as it stands. */
export interface TaskState {
  readonly label: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** The node where it runs, or why it waits, in the scheduler's word. */
  readonly more?: string;
  /** How it ended without its result, with the last lines of its log. */
  readonly why?: string;
}

/** The tasks of a job elsewhere. */
export interface TasksElsewhere {
  /** What the scheduler calls them. */
  readonly name: string;
  /** Do they go on without us? */
  readonly outlive: boolean;
  readonly tasks: readonly TaskState[];
}

/** Where a job can be done besides here, and what it takes here. */
export interface Places {
  /** As `on` names them; none where this machine knows no scheduler. */
  readonly slurm: readonly string[];
  /** Processes that this machine may well run at once. */
  readonly processes: number;
  /** Tasks that others can do. */
  readonly tasks: number;
  /** How long they take here, one after another; unknown of trainings. */
  readonly seconds?: number;
}
