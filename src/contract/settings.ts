import * as z from 'zod';
import { chosenShape, measuringShape, wholeJobShape } from './analysis-schemas';
import { profilesSchema } from './cluster-profile';
import { curveChoicesSchema } from './curve';
import { LOSSES, OUTPUTS, PENALTIES } from './vocabulary';

/** Training rows to use: a count of seeded random rows, or `first:N` rows in file order. */
export const samplesSchema = z
  .union([z.int().positive(), z.string().regex(/^first:[1-9][0-9]*$/, 'a count, or first:N')])
  .describe('Training rows to use: N seeded random rows, or "first:N" in file order. All rows if left out.');

/** A number as people write it: 0.5, or "1/255", which JSON has no other way to say. */
const numberOrFraction = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d+(\.\d+)?\s*\/\s*\d*[1-9]\d*\s*$/, 'a number, or a fraction such as "1/255"')
    .transform((text) => {
      const [over, under] = text.split('/').map(Number);
      return over / under;
    }),
]);

const numberOrList = z.union([numberOrFraction, z.array(numberOrFraction)]);

export const inputSchema = z
  .strictObject({
    scale: numberOrFraction.describe('Factor applied to the inputs first, such as "1/255" for bytes.'),
    mean: numberOrList.describe('Subtracted after scaling: one number, or one per channel.'),
    std: numberOrList
      .refine((std) => ![std].flat().includes(0), 'the inputs are divided by it, so none may be 0')
      .describe('Divides last: one number, or one per channel.'),
    layout: z
      .enum(['NHWC', 'NCHW'])
      .describe("The order of the data's axes; transposed where the model wants the other."),
    targets: z
      .boolean()
      .describe(
        'Whether the targets are scaled like the inputs; if left out, those that are the inputs themselves (of an autoencoder).',
      ),
  })
  .partial();

const weight = z.number().nonnegative();

/** How much each row weighs in the loss. */
export const weightShape = {
  classWeights: z
    .union([z.array(weight).min(1), z.record(z.string().regex(/^\d+$/, 'a class by its number'), weight)])
    .describe(
      "Factor of each row's loss by its class: a list, one a class, or an object from class to factor (1 for those left out). Weighted losses are added and divided by the number of rows, as in Keras.",
    ),
  sampleWeights: z
    .union([z.boolean(), z.string().min(1)])
    .describe(
      "Factor of each row's loss from the data file: the name of an array with one number a row (or, where the model predicts steps, one a step), or true for w_train (and w_test for the test rows).",
    ),
};
export type ClassWeights = z.infer<typeof weightShape.classWeights>;
export type SampleWeights = z.infer<typeof weightShape.sampleWeights>;

/** What a person says of a file that does not say it itself. */
export const modelShape = {
  output: z
    .union([z.int().nonnegative(), z.string().min(1)])
    .describe('Which output of an ONNX graph with several is measured: its name, or its place from 0.'),
  fixed: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Tensors of an ONNX file, by name, that are no parameters, such as buffers: most such files do not say it.',
    ),
  variant: z
    .string()
    .min(1)
    .describe(
      'Which of several networks with the same tensors, for weights whose network is recognized: as the notes name them. The loss on the data decides if left out.',
    ),
};

const place = z.union([z.int().nonnegative(), z.string().min(1)]);
const extent = z.int().positive().max(65536);
const size = z.union([extent, z.tuple([extent, extent])]);

/** How pictures of different sizes become rows of one shape. */
export const imageSchema = z
  .strictObject({
    resize: size.describe(
      'Pixels of the shorter side, or [height, width]: bilinear with antialiasing, as torchvision and Pillow resize pictures.',
    ),
    crop: size.describe('Pixels of the middle that are kept: of a square, or [height, width].'),
    color: z.enum(['rgb', 'gray']).describe('Colors to bring pictures to; as they are if left out.'),
  })
  .partial();
export type ImageSettings = z.infer<typeof imageSchema>;

/** What a person says of a data file that does not say it itself. */
export const dataShape = {
  target: z
    .union([place, z.array(place).min(1)])
    .describe(
      'What is to be predicted: a column of a table by name or place from 0 (several for targets of several numbers), or the array of labels.',
    ),
  columns: z
    .array(place)
    .min(1)
    .describe(
      'The inputs: columns of a table by name or place from 0, all but the target if left out; or arrays.',
    ),
  header: z
    .boolean()
    .describe('Whether the first line of a CSV names the columns; by its cells if left out.'),
  window: z
    .int()
    .positive()
    .describe(
      "Tokens of a row where the data are one stream of them; the length of the model's input if left out.",
    ),
  tokens: z
    .enum(['uint16', 'uint32'])
    .describe('How a file of bare token ids stores them; by what they look like if left out.'),
  image: imageSchema.describe('How pictures become rows of one shape.'),
};
/** @see dataShape */
export type DataChoices = {
  readonly [K in keyof typeof dataShape]?: z.infer<(typeof dataShape)[K]> | undefined;
};

/** What is said of the data among other settings; nothing of what is left out. */
export function dataChoicesOf(settings: DataChoices): DataChoices {
  const keys = Object.keys(dataShape) as (keyof DataChoices)[];
  return Object.fromEntries(
    keys.flatMap((key) => (settings[key] === undefined ? [] : [[key, settings[key]]])),
  );
}

const labelSmoothing = z.number().min(0).lt(1);

/** What the `input` settings do. */
export const INPUT =
  'Inputs become (x * scale - mean) / std. Of a model with several inputs this is the first image, else the first that takes floats; the others go in as they are.';

export const outputsSchema = z
  .enum(OUTPUTS)
  .describe(
    "What the model's outputs are to a cross-entropy; by the model's end, or what they look like, if left out.",
  );

/** The analysis settings, under the names of the terminal's options. */
const analysisShape = {
  samples: samplesSchema,
  loss: z.enum(LOSSES).describe("The loss to differentiate; the checkpoint's own compiled loss if left out."),
  outputs: outputsSchema,
  labelSmoothing: labelSmoothing.describe(
    "Share of the labels' mass spread evenly over the classes; the compiled loss's own if left out.",
  ),
  ...weightShape,
  penalties: z
    .enum(PENALTIES)
    .describe(
      "The L1 and L2 penalties of a Keras model's regularizers: left out of the loss, or included as training descends it.",
    ),
  ...measuringShape,
  ...wholeJobShape,
};

/** What of a run decides which rows it trained on, and with which labels. */
export const trainedSchema = z.strictObject({
  seed: z.int().optional().describe("The run's; left out where nothing was drawn."),
  samples: samplesSchema.optional(),
  validation: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Share of those rows that was set aside to judge by, and not trained on.'),
  labelNoise: z.number().min(0).max(1).optional(),
});
export type Trained = z.infer<typeof trainedSchema>;

/** `landscape.json`: how to measure the checkpoints below this folder. Paths are relative to the file. */
export const settingsSchema = z
  .strictObject({
    $schema: z.string(),
    data: z.string().describe('The data: a file, or a folder of pictures, relative to this file.'),
    ...dataShape,
    model: z
      .string()
      .describe(
        'A file that holds the architecture, for checkpoints that hold weights alone: .pt2 or .onnx of PyTorch; .keras, .h5 or the JSON of model.to_json() of Keras.',
      ),
    weights: z
      .string()
      .describe('Which set of weights, where a file holds several: its path of keys, such as "model_ema".'),
    input: inputSchema.describe(INPUT),
    ...modelShape,
    trained: trainedSchema
      .omit({ labelNoise: true })
      .describe(
        'Measure on the rows that a run trained on, as its run file drew them; "samples" picks among these.',
      ),
    learningRate: z
      .number()
      .positive()
      .describe(
        'The learning rate of the run in this folder, where no history tells it: a run that is watched has its largest eigenvalue held against 2 / learning rate.',
      ),
    ...analysisShape,
    cluster: profilesSchema,
  })
  .partial()
  .describe('Settings of Landscape for the checkpoints in this folder and below.');

export type Settings = z.infer<typeof settingsSchema>;

/** What `analyze` is asked to do, every choice made. Paths are absolute. */
export const analyzeRequestSchema = z.object({
  checkpoint: z.string(),
  data: z.string(),
  ...z.object(dataShape).partial().shape,
  model: z.string().optional(),
  weights: z.string().optional(),
  input: inputSchema.optional(),
  output: modelShape.output.optional(),
  fixed: modelShape.fixed.optional(),
  variant: modelShape.variant.optional(),
  samples: samplesSchema.optional(),
  loss: z.enum(LOSSES).optional(),
  outputs: outputsSchema.optional(),
  labelSmoothing: labelSmoothing.optional(),
  classWeights: weightShape.classWeights.optional(),
  sampleWeights: weightShape.sampleWeights.optional(),
  penalties: z.enum(PENALTIES).optional(),
  ...chosenShape,
  /** Rows and labels are those that a run trained on: what is measured is the loss that it descended. `samples` picks among these rows. */
  trained: trainedSchema.optional(),
  /** At most this many seeded rows when `samples` is left out (the editor: 4,096). */
  defaultRows: z.int().positive().optional(),
  /** The editor begins with first figures on few rows when the estimate passes this many seconds (120); no job looks at it. */
  budgetSeconds: z.number().optional(),
  tensorflowPath: z.string().optional(),
});
export type AnalyzeRequest = z.infer<typeof analyzeRequestSchema>;

/** What `interpolate` is asked to do: the line through two checkpoints, t = 0 at the first, 1 at the second. */
export const interpolateRequestSchema = analyzeRequestSchema.extend({
  other: z.string(),
  points: z.int().min(2).max(1001).default(41),
  from: z.number().default(-0.5),
  to: z.number().default(1.5),
  /** Beside the line, a curve of low loss between its ends. */
  curve: curveChoicesSchema.optional(),
});
export type InterpolateRequest = z.infer<typeof interpolateRequestSchema>;

/** Either. The stricter one first: an interpolation's request would pass for an analysis' with keys to spare. */
export const anyRequestSchema = z.union([interpolateRequestSchema, analyzeRequestSchema]);
