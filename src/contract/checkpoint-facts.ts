import * as z from 'zod';

const finite = z.number();

/** A number estimated from samples or probes: `standardError` is null where it is not estimated, and `reason` says why. */
export const estimateSchema = z.object({
  value: finite,
  standardError: finite.nullable(),
  reason: z.string().optional(),
});

export const pointSchema = z.object({
  loss: estimateSchema,
  /** Share of rows classified rightly; absent in a regression. */
  accuracy: estimateSchema.optional(),
  rows: z.int(),
});

/** At one point of parameter space. */
export const lossesSchema = z.object({ train: pointSchema, test: pointSchema.optional() });

export const checkpointSchema = z.object({
  path: z.string(),
  format: z.string(),
  sha256: z.string(),
  /** Trainable numbers: the dimension of the Hessian. */
  parameters: z.int(),
  name: z.string().optional(),
});
