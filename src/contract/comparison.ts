import * as z from 'zod';
import { reportSchema } from './report';
import { analyzeRequestSchema, trainedSchema } from './settings';
import { OUTCOMES } from './vocabulary';

const finite = z.number();
const intervalSchema = z.object({
  low: finite,
  high: finite,
  level: finite,
  over: z.enum(['settings', 'runs', 'seeds', 'checkpoints']),
  repeats: z.int(),
});

const correlationSchema = z.object({
  measure: z.string(),
  outcome: z.enum(OUTCOMES),
  /** Kendall's tau-b over all checkpoints; null where it is not defined (a constant column, fewer than three). */
  tau: finite.nullable(),
  interval: intervalSchema.nullable(),
  count: z.int(),
  /** Mean tau within groups that differ in one hyperparameter alone (Jiang et al. 2020, section 4.2). */
  granulated: z.array(z.object({ hyperparameter: z.string(), tau: finite, groups: z.int() })),
  /** What keeps a reader from making too much of it. */
  note: z.string().optional(),
});

const heightSchema = z.object({ value: finite, at: finite });
export const barrierSchema = z.object({
  /** Positions in `reports`. */
  a: z.int(),
  b: z.int(),
  /** max over t of L(t) minus the straight line between the ends, on train, statistics interpolated as they are. */
  raw: heightSchema,
  /** With batch norm's statistics measured anew at each point, the ends too; absent without batch norm. */
  reestimated: heightSchema.optional(),
  /** After permuting the second's neurons to match the first's weights; absent where that is not known for the architecture. */
  aligned: heightSchema.optional(),
  /** Both. */
  alignedReestimated: heightSchema.optional(),
  points: z.int(),
  coordinates: z.array(finite),
  loss: z.object({
    raw: z.array(finite),
    reestimated: z.array(finite).optional(),
    aligned: z.array(finite).optional(),
    alignedReestimated: z.array(finite).optional(),
  }),
  note: z.string().optional(),
});

/** One entry a checkpoint: what the correlations look at besides the report. */
const memberSchema = z.object({
  label: z.string(),
  path: z.string(),
  /** The run it belongs to, by its folder or by the experiment. */
  run: z.string(),
  seed: z.int().optional(),
  epoch: z.int().optional(),
  hyperparameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Where it is measured on the rows and labels that its run trained on. */
  trained: trainedSchema.optional(),
});

/** Several checkpoints on the same data, seeds, directions and scales. */
export const comparisonSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('comparison'),
  /** Incomplete where a process or a fault of ours cost it a part that was asked for: its title says so too. */
  status: z.enum(['running', 'complete', 'cancelled', 'incomplete']),
  createdAt: z.string(),
  title: z.string(),
  members: z.array(memberSchema),
  /** In the order given; shorter than `members` while the job runs. */
  reports: z.array(reportSchema),
  correlations: z.array(correlationSchema),
  barriers: z.array(barrierSchema),
  /** Pairs of checkpoints whose order two measures give differently, in words with the figures; sentences to show plainly. */
  findings: z.array(z.string()),
  notes: z.array(z.string()),
  seconds: finite,
});
export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparisonMember = z.infer<typeof memberSchema>;
export type Correlation = z.infer<typeof correlationSchema>;
export type Barrier = z.infer<typeof barrierSchema>;

/** How a task elsewhere failed; `isOfFiles` where another try would end alike. */
export const failedTaskSchema = z.object({ reason: z.string(), isOfFiles: z.boolean() });
export type FailedTask = z.infer<typeof failedTaskSchema>;

/** What `compare` is asked to do. `settings.checkpoint` is ignored. */
export const compareRequestSchema = z.object({
  checkpoints: z.array(z.string()).min(2).max(200),
  settings: analyzeRequestSchema.omit({ trained: true }),
  title: z.string().default(''),
  /** Pairwise barriers; left out above this many checkpoints. */
  barriers: z.boolean().default(true),
  /** Where finished reports are kept, so that no checkpoint is computed twice; nowhere if left out. */
  cache: z.string().optional(),
  /** What is known of each checkpoint, in their order; found from their paths and histories if left out. */
  members: z.array(memberSchema).optional(),
  /** By their paths, checkpoints whose tasks elsewhere ended without a report: they are left out, and why. */
  failures: z.record(z.string(), failedTaskSchema).optional(),
});
export type CompareRequest = z.infer<typeof compareRequestSchema>;
