import * as z from 'zod';
import { sliceSchema } from './slice';

/** How a curve between two checkpoints is searched. */
export const curveChoicesSchema = z.object({
  steps: z.int().min(1).max(100_000).default(400),
  /** Of Adam. */
  rate: z.number().positive().default(0.01),
  /** Training rows of each step. */
  batch: z.int().min(1).default(128),
});
export type CurveChoices = z.infer<typeof curveChoicesSchema>;

const barrierSchema = z.object({
  /** The maximum over t of L(t) - ((1 - t) L(0) + t L(1)), 0 where the loss stays below that line. */
  value: z.number(),
  /** From having these rows only, of that difference row by row at `at`; null for a single row. */
  standardError: z.number().nullable(),
  at: z.number(),
});

const profileSchema = z.object({
  /** t from 0 at the first checkpoint to 1 at the second. */
  slice: sliceSchema,
  barrier: z.object({ train: barrierSchema, test: barrierSchema.optional() }),
});

/** A quadratic Bezier curve of low loss between two checkpoints (Garipov et al. 2018), beside the straight line. */
export const curveSchema = z.object({
  ...curveChoicesSchema.required().shape,
  seed: z.int(),
  /** Steps that were made, fewer while it is searched. */
  made: z.int(),
  /** What batch norm's statistics are on both: measured anew at every point, as saved and mixed, or none there. */
  batchNorm: z.enum(['re-estimated', 'saved', 'none']),
  length: z.object({ line: z.number(), curve: z.number() }),
  /** Absent until they are measured. */
  line: profileSchema.optional(),
  curve: profileSchema.optional(),
});
export type Curve = z.infer<typeof curveSchema>;
export type Profile = z.infer<typeof profileSchema>;
export type CurveBarrier = z.infer<typeof barrierSchema>;
