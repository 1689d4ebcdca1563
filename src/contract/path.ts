import * as z from 'zod';

const finite = z.number();
const estimate = z.object({ value: finite, standardError: finite.nullable() });

/** How much is measured at each checkpoint of a path besides its loss: nothing, the gradient's norm, λ₁ and the trace too. */
export const ALONG_PATH = ['steps', 'gradient', 'curvature'] as const;

/** What is known of a checkpoint by its place along a path. */
export const alongSchema = z.object({
  /** Distances in all dimensions from the first checkpoint of its run and from the last. */
  fromStart: finite,
  fromEnd: finite,
  /** Between the step that leads to it and the next, in degrees: 0 straight on, 180 back; absent at the ends. */
  angle: finite.optional(),
  /** Of the loss over all rows like these, as `gradientNorm.overRows` of a report. */
  gradientNorm: estimate.optional(),
  largest: z.object({ value: finite, errorBound: finite, converged: z.boolean() }).optional(),
  /** The error is over probes. */
  trace: estimate.optional(),
});
export type AlongPath = (typeof ALONG_PATH)[number];
export type Along = z.infer<typeof alongSchema>;

/** Whose statistics of batch norm hold where something is measured. */
const batchNorm = z.enum(['re-estimated', 'saved', 'none']);

/** The mean of the last checkpoints of a run (Izmailov et al. 2018), batch norm's statistics measured anew there. */
export const averageSchema = z.object({
  /** How many are averaged, and of which run. */
  last: z.int(),
  run: z.int().optional(),
  at: z.tuple([finite, finite]),
  distance: finite,
  loss: finite.nullable(),
  standardError: finite.nullable(),
  testLoss: finite.nullable().optional(),
  batchNorm,
});
export type Average = z.infer<typeof averageSchema>;

/** Whether the ends of two runs lie in one basin, by the barrier between them. */
export const betweenRunsSchema = z.object({
  a: z.int(),
  b: z.int(),
  barrier: z.object({ value: finite, standardError: finite.nullable(), at: finite }),
  /** The higher of the losses at both ends. */
  higher: finite,
  batchNorm,
});
export type BetweenRuns = z.infer<typeof betweenRunsSchema>;

/** The path of one run or of several in one plane. The marks of its picture are its checkpoints, run after run. */
export const pathSchema = z.object({
  runs: z.array(z.object({ label: z.string(), count: z.int() })),
  /** Do all runs begin at one point? */
  oneStart: z.boolean(),
  /** One a mark. */
  along: z.array(alongSchema),
  averages: z.array(averageSchema),
  /** The last checkpoint of each run that has means, measured as these are: a mean of one. */
  ends: z.array(averageSchema),
  between: z.array(betweenRunsSchema),
});
export type Path = z.infer<typeof pathSchema>;
