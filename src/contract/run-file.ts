import * as z from 'zod';
import { identityOf } from '../core/identity';
import { measuringShape } from './analysis-schemas';
import { always } from './mistakes';
import { optimizerSchema } from './optimizer-settings';
import { INPUT, dataShape, inputSchema, outputsSchema, samplesSchema, weightShape } from './settings';
import { BACKENDS, LOSSES } from './vocabulary';

const positive = z.number().positive();
const share = z.number().min(0).max(1);

const steps = z.int().positive();
/** Factors of the optimizer's learning rate over optimizer steps. Where epochs are meant the key says so. */
export const scheduleSchema = z
  .discriminatedUnion('name', [
    z.strictObject({ name: z.literal('constant') }),
    z.strictObject({ name: z.literal('step'), everyEpochs: steps, factor: positive }),
    z.strictObject({
      name: z.literal('multi-step'),
      atEpochs: z.array(z.int().positive()).min(1),
      factor: positive,
    }),
    z.strictObject({
      name: z.literal('exponential'),
      factor: positive.describe('Per epoch, at its beginning.'),
    }),
    z.strictObject({
      name: z.literal('polynomial'),
      end: z.number().min(0).default(0).describe('Rate at the end.'),
      power: positive.default(1),
    }),
    z.strictObject({
      name: z.literal('cosine'),
      end: z.number().min(0).default(0).describe('Rate at the end.'),
    }),
    z.strictObject({
      name: z.literal('warm-restarts'),
      periodEpochs: positive,
      growth: z
        .number()
        .min(1)
        .default(1)
        .describe('Each period is so many times as long as the one before.'),
      end: z.number().min(0).default(0),
    }),
    z.strictObject({
      name: z.literal('one-cycle'),
      share: share.default(0.3).describe('Of the run spent rising.'),
      start: positive.default(25).describe('The rate is divided by this at first.'),
      end: positive.default(1e4).describe('The first rate is divided by this at the end.'),
    }),
    z.strictObject({
      name: z.literal('reduce-on-plateau'),
      factor: z.number().gt(0).lt(1).default(0.1),
      patience: z.int().min(0).default(10),
      minDelta: z.number().min(0).default(1e-4),
      least: z.number().min(0).default(0),
    }),
  ])
  .describe('How the learning rate goes over the run; by step, except where epochs are named.');
export type ScheduleSettings = z.infer<typeof scheduleSchema>;

export const regularizationSchema = z
  .strictObject({
    l2: z
      .number()
      .min(0)
      .describe(
        'Adds l2/2 |kernels|^2 to the loss (coupled: it is in the gradient); biases and norm parameters are left out.',
      ),
    labelSmoothing: share,
    labelNoise: share.describe(
      'Share of the training labels replaced by another class, drawn once by the seed.',
    ),
    clipNorm: positive.describe('The whole gradient is shortened to this length.'),
    clipValue: positive.describe("Each of the gradient's entries is cut to this."),
    dropout: share.describe('Rate of the dropout layers of a built-in model.'),
  })
  .partial()
  .describe('What holds the fit back.');
export type Regularization = z.infer<typeof regularizationSchema>;

/** Changes to each training row, drawn by the seed; images are [height, width, channels] or as the data lie. */
export const augmentationSchema = z
  .strictObject({
    flip: z.enum(['horizontal', 'vertical', 'both']).describe('Mirrored half of the time.'),
    shift: share.describe('By up to this share of the height and width, filled with the edge.'),
    crop: z
      .int()
      .positive()
      .describe('Padded by so many pixels of zero on each side, then cut at random to the old size.'),
    rotation: z.number().min(0).max(180).describe('By up to so many degrees either way, bilinear.'),
    noise: positive.describe('Standard deviation of the normal noise added after scaling.'),
    mixup: positive.describe(
      'The alpha of the Beta distribution that mixes pairs of rows and their labels (Zhang et al. 2018).',
    ),
    cutout: z.int().positive().describe('Side of the square set to zero (DeVries & Taylor 2017).'),
  })
  .partial()
  .describe('Changes to each training row, drawn anew each epoch by the seed.');
export type Augmentation = z.infer<typeof augmentationSchema>;

const activation = z.enum(['relu', 'tanh', 'sigmoid', 'gelu', 'silu', 'elu', 'softplus', 'linear']);
const units = z.int().positive();
const common = {
  dropout: share.optional().describe('Rate of dropout after each block.'),
};
/** A network in a few words; made as Keras would make it (Glorot-uniform kernels, zero biases), so that it saves as `.keras`. */
export const modelDescriptionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('perceptron') }).describe('One dense layer.'),
    z.strictObject({
      kind: z.literal('mlp'),
      hidden: z.array(units).min(1).default([128]),
      activation: activation.default('relu'),
      batchNorm: z.boolean().default(false),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('cnn'),
      filters: z.array(units).min(1).default([16, 32]),
      kernel: units.default(3),
      hidden: z.array(units).default([]),
      activation: activation.default('relu'),
      batchNorm: z.boolean().default(false),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('residual'),
      filters: z.array(units).min(1).default([16, 32, 64]).describe('One stage each, halved in between.'),
      blocks: units.default(1).describe('Residual blocks a stage.'),
      batchNorm: z.boolean().default(true),
      skip: z.boolean().default(true).describe('False leaves the shortcuts out.'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('recurrent'),
      cell: z.enum(['rnn', 'lstm', 'gru']).default('lstm'),
      units: units.default(64),
      layers: units.default(1),
      vocabulary: units.optional().describe('For sequences of indices: the rows of an embedding.'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('transformer'),
      layers: units.default(2),
      width: units.default(64),
      heads: units.default(4),
      vocabulary: units.optional(),
      ...common,
    }),
  ])
  .describe('A network made here, as Keras would make it.');
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;

/** A run of training: `landscape train RUNFILE`. Paths are relative to the file. */
export const runFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    title: z.string().optional(),
    data: z.string().describe('The data: a file, or a folder of pictures, relative to this file.'),
    ...z.object(dataShape).partial().shape,
    input: inputSchema.optional().describe(INPUT),
    samples: samplesSchema.optional(),
    loss: z
      .enum(LOSSES)
      .optional()
      .describe("The loss to descend; the checkpoint's own, or what data and model suggest, if left out."),
    outputs: outputsSchema.optional(),
    classWeights: weightShape.classWeights.optional(),
    sampleWeights: weightShape.sampleWeights.optional(),
    model: z.union([
      z.string().describe('A .keras, .h5 or model.json file to start from.'),
      modelDescriptionSchema,
    ]),
    optimizer: optimizerSchema.prefault({}),
    schedule: scheduleSchema.optional(),
    warmupSteps: z
      .int()
      .min(0)
      .default(0)
      .describe('Steps over which the rate rises in a straight line from 0, before the schedule.'),
    regularization: regularizationSchema.prefault({}),
    augmentation: augmentationSchema.optional(),
    batchSize: z.union([z.int().positive(), z.literal('full')]).default(32),
    accumulate: z.int().positive().default(1).describe('Batches whose gradients are averaged into one step.'),
    epochs: z.int().positive().optional(),
    steps: z.int().positive().optional().describe('Instead of epochs.'),
    seed: z.int().default(1).describe('Start, order, dropout, noise: everything random.'),
    validation: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        'Share of the training rows set aside for early stopping and plateaus; the test rows are never used for it.',
      ),
    earlyStopping: z
      .strictObject({
        patience: z.int().min(0).default(10).describe('Epochs without improvement.'),
        minDelta: z.number().min(0).default(0),
        restoreBest: z.boolean().default(true),
      })
      .optional()
      .describe('Stops when the validation loss no longer falls; needs "validation".'),
    targetLoss: positive
      .optional()
      .describe(
        'Stops at the end of the epoch whose training loss is at most this: for comparisons at matched loss.',
      ),
    track: z
      .strictObject({
        every: z.int().positive().describe('Steps between measurements.'),
        top: z.int().min(1).max(20).default(1).describe('How many of the largest eigenvalues.'),
        from: z.int().min(0).default(0).describe('First step that is measured.'),
      })
      .optional()
      .describe('Measures the sharpness of the loss being descended along the way.'),
    checkpoints: z
      .strictObject({
        every: z
          .int()
          .positive()
          .default(1)
          .describe('Epochs between checkpoints; the start and the end are always kept.'),
        formats: z
          .array(z.enum(['keras', 'safetensors']))
          .min(1)
          .default(['keras']),
      })
      .optional(),
    backend: z.enum(BACKENDS).default('auto'),
    ...z.object(measuringShape).partial().shape,
  })
  .refine((run) => (run.epochs === undefined) !== (run.steps === undefined), {
    message: 'give either "epochs" or "steps"',
    path: ['epochs'],
    ...always,
  })
  .refine((run) => run.earlyStopping === undefined || run.validation !== undefined, {
    message: 'early stopping needs "validation", the share of rows to judge by',
    path: ['earlyStopping'],
    ...always,
  })
  .refine((run) => typeof run.model !== 'string' || run.regularization?.dropout === undefined, {
    message: 'belongs to a network described under "model"; a checkpoint has its own dropout layers',
    path: ['regularization', 'dropout'],
    ...always,
  })
  .describe(
    'A run of training. The keys of landscape.json besides are for measuring its checkpoints: they are written into a landscape.json beside them.',
  );
export type RunFile = z.infer<typeof runFileSchema>;

/** What a run file says of measuring its checkpoints; it decides no digit of the run. */
export const measuringOf = (run: RunFile): Partial<Pick<RunFile, keyof typeof measuringShape>> =>
  Object.fromEntries(
    Object.entries(run).filter(([key, value]) => key in measuringShape && value !== undefined),
  );

/**
 * What decides the digits of a run, as one text whatever order it is written in: not where files lie, what the run is
 * called, or how its ends are measured.
 */
export function digitsOf(run: Readonly<Record<string, unknown>>): string {
  const { model } = run;
  const aside = new Set(['$schema', 'title', 'data', ...Object.keys(measuringShape)]);
  const rest = Object.fromEntries(Object.entries(run).filter(([key]) => !aside.has(key)));
  return identityOf({ ...rest, model: typeof model === 'string' ? null : model });
}

/** What `train` is asked to do, every choice made: a run whose paths are absolute, and where its files go. */
export const trainRequestSchema = z.object({
  run: z.custom<RunFile>((value) => runFileSchema.safeParse(value).success),
  /** What the run is called. */
  name: z.string(),
  /** The run file as messages name it; the run's name where there is none. */
  file: z.string().optional(),
  out: z.string(),
  /** Go on from the state in `out` where there is one (the default); else refuse a folder that holds a run. */
  resume: z.boolean().default(true),
  tensorflowPath: z.string().optional(),
});
export type TrainRequest = z.infer<typeof trainRequestSchema>;

/** What messages call a run. */
export const nameOf = ({ file, name }: TrainRequest): string => file ?? name;
