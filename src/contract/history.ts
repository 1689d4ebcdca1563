import * as z from 'zod';

const finite = z.number();

/** What a run that diverges ends in may be no number any more: JSON has null for that. */
const losable = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);

const pairSchema = z.object({ loss: losable, accuracy: losable.optional() });

const epochSchema = z.object({
  /** 0 is the start. */
  epoch: z.int(),
  step: z.int(),
  learningRate: finite,
  /** Measured at the end of the epoch, in inference mode, on all rows of the split; without penalties. */
  train: pairSchema,
  validation: pairSchema.optional(),
  test: pairSchema.optional(),
  /** Euclidean distance of the parameters from the start. */
  distance: losable,
  /** tr Sigma / |g|^2, in rows, by the unbiased two-batch estimator (McCandlish et al. 2018, appendix A); null where noise hides it. */
  noiseScale: finite.nullable().optional(),
  checkpoint: z.string().optional(),
  seconds: finite,
});

const curvatureSchema = z.object({
  step: z.int(),
  /** Of the loss being descended; of the preconditioned Hessian where the optimizer preconditions. Empty for batch sharpness. */
  largest: z.array(losable),
  /** The largest residual relative to its eigenvalue. */
  residual: losable.optional(),
  /** E[g_B.H_B g_B] / E|g_B|^2 over random minibatches, in place of `largest` where batches are smaller than the data. */
  batchSharpness: z.object({ value: losable, standardError: losable, batches: z.int() }).optional(),
  /** Where the optimizer becomes unstable on a quadratic of this curvature, at the learning rate of this step. */
  threshold: finite.nullable(),
  /** What was measured, in words: "lambda_max of the descended loss", "preconditioned", "batch sharpness". */
  kind: z.enum(['hessian', 'preconditioned', 'batch']),
  /** The loss being descended at this step. */
  loss: losable,
});

/** `history.json` of a run, and what streams while it trains. */
export const historySchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('training'),
  status: z.enum(['running', 'complete', 'cancelled', 'diverged']),
  createdAt: z.string(),
  name: z.string(),
  out: z.string(),
  /** The run as it was asked for, every choice made. */
  run: z.record(z.string(), z.unknown()),
  model: z.object({
    name: z.string(),
    parameters: z.int(),
    /** Of the file that the run started from; absent where the network was described. */
    sha256: z.string().optional(),
  }),
  data: z.object({
    path: z.string(),
    sha256: z.string(),
    trainRows: z.int(),
    validationRows: z.int(),
    testRows: z.int(),
  }),
  loss: z.string(),
  backend: z.string(),
  precision: z.enum(['float32', 'float64']),
  versions: z.record(z.string(), z.string()),
  stepsPerEpoch: z.int(),
  totalSteps: z.int(),
  /** Loss being descended, mean over the steps of each of at most 2,000 equal stretches of the run. */
  batchLoss: z.array(z.object({ step: z.int(), loss: finite, learningRate: finite })),
  epochs: z.array(epochSchema),
  curvature: z.array(curvatureSchema),
  /** Where early stopping went back or the run diverged: the epoch with the lowest validation loss, and its checkpoint. */
  bestEpoch: z.int().optional(),
  best: z.string().optional(),
  notes: z.array(z.string()),
  seconds: finite,
});
export type History = z.infer<typeof historySchema>;
export type EpochRecord = z.infer<typeof epochSchema>;
export type CurvatureRecord = z.infer<typeof curvatureSchema>;
