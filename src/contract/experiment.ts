import * as z from 'zod';
import { comparisonSchema, failedTaskSchema } from './comparison';
import { reportSchema } from './report';

const finite = z.number();
const value = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.record(z.string(), z.unknown()),
  z.array(z.unknown()),
]);

/** One thing that is varied: a dotted key of the run file and its values, with labels. */
const axisSchema = z.strictObject({
  key: z
    .string()
    .describe(
      'A key of the run file, dotted: "optimizer.learningRate". With "" each value is an object of such keys, all of which are set. null takes a key away.',
    ),
  label: z
    .string()
    .optional()
    .describe(
      'The name by which claims and tables speak of it; the key if left out. Needed where the key is "".',
    ),
  values: z.array(z.strictObject({ label: z.string(), value })).min(1),
});

/** A claim about figures of the runs, judged over seeds or settings, together with the others. */
export const claimSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z
      .literal('greater')
      .describe(
        'The figure is greater in one group of runs than in another (difference of means over seeds, paired by seed).',
      ),
    figure: z
      .string()
      .describe(
        'A measure id, or train-loss, test-loss, test-accuracy, generalization-gap, fgsm-accuracy@0.1, pgd-accuracy@0.1...',
      ),
    left: z
      .record(z.string(), z.string())
      .describe('Labels of axes that pick the runs which should be greater.'),
    right: z.record(z.string(), z.string()),
    sentence: z.string(),
  }),
  z.strictObject({
    kind: z
      .literal('correlation')
      .describe(
        "Kendall's tau-b between two figures over the settings (means over their seeds) has this sign.",
      ),
    figure: z.string(),
    against: z.string(),
    sign: z.enum(['positive', 'negative']),
    where: z.record(z.string(), z.string()).default({}),
    within: z
      .string()
      .optional()
      .describe(
        'An axis: the mean of the correlations within each of its labels (Jiang et al. 2020, section 4.2).',
      ),
    sentence: z.string(),
  }),
  z.strictObject({
    kind: z
      .literal('hidden-cause')
      .describe(
        'The correlation of two figures over all settings is farther in this direction than the mean of those within the labels of an axis: the axis is what moves both.',
      ),
    figure: z.string(),
    against: z.string(),
    sign: z.enum(['positive', 'negative']),
    axis: z.string(),
    where: z.record(z.string(), z.string()).default({}),
    sentence: z.string(),
  }),
  z.strictObject({
    kind: z
      .literal('heterogeneity')
      .describe(
        "Kendall's tau-b between two figures over the settings is not the same within each label of an axis.",
      ),
    figure: z.string(),
    against: z.string(),
    axis: z.string(),
    where: z.record(z.string(), z.string()).default({}),
    sentence: z.string(),
  }),
  z.strictObject({
    kind: z
      .literal('equal')
      .describe('The figure settles at a value, or is the same in two groups, within a relative tolerance.'),
    figure: z.string(),
    left: z.record(z.string(), z.string()),
    right: z.record(z.string(), z.string()).optional(),
    value: finite.optional(),
    tolerance: z.number().positive(),
    sentence: z.string(),
  }),
]);
export type Claim = z.infer<typeof claimSchema>;

export const experimentFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    title: z.string(),
    question: z.string(),
    background: z.string().default('').describe('What the literature says, with its papers.'),
    form: z.enum(['small', 'full']).default('small'),
    run: z
      .record(z.string(), z.unknown())
      .describe('The run file that all runs share; paths are relative to this file.'),
    vary: z.array(axisSchema).describe('Every combination is run (a grid).').default([]),
    runs: z
      .array(z.record(z.string(), z.string()))
      .optional()
      .describe('Only these combinations of labels, instead of the whole grid.'),
    seeds: z.array(z.int()).min(1).default([1, 2, 3]),
    measure: z
      .strictObject({
        settings: z
          .record(z.string(), z.unknown())
          .default({})
          .describe('Analysis settings, as in landscape.json.'),
        checkpoints: z.enum(['last', 'all']).default('last'),
        barriers: z.boolean().default(false),
        interpolate: z
          .array(
            z.strictObject({ from: z.record(z.string(), z.string()), to: z.record(z.string(), z.string()) }),
          )
          .default([])
          .describe('Lines between the ends of two runs of one seed.'),
        attacks: z
          .strictObject({
            radii: z.array(z.number().positive()).min(1),
            steps: z.int().positive().default(10),
          })
          .optional()
          .describe('FGSM and PGD accuracy at these radii of the scaled inputs (max norm).'),
        biasVariance: z
          .boolean()
          .default(false)
          .describe(
            'Bias and variance of the test rows\' predictions over the seeds of each setting: of the loss (squared error, or cross-entropy by Heskes 1998) the figures "bias" and "variance", of classes\' probabilities by squared error "squared-bias" and "squared-variance". Where "run.samples" is a number, each seed draws a training set of its own.',
          ),
        rescale: z
          .array(z.number().positive())
          .default([])
          .describe(
            'Also measures each end rescaled layer by layer by these factors (the same function). They stand as the axis "rescaled" with the labels "no", "by 5"...',
          ),
        tail: z
          .int()
          .positive()
          .optional()
          .describe(
            'Average tracked curvature over so many last steps: the figure "tail-sharpness", and its ratio to the stability line "tail-ratio".',
          ),
      })
      .prefault({}),
    claims: z.array(claimSchema).default([]),
  })
  .describe('An experiment: runs that differ in a few settings, measured and compared.');
export type ExperimentFile = z.infer<typeof experimentFileSchema>;

const figureSchema = z.object({ value: finite, standardError: finite.nullable() });

export const verdictSchema = z.object({
  sentence: z.string(),
  verdict: z.enum(['supported', 'contradicted', 'undecided']),
  /** Why, with the figures and the interval, in one or two sentences. */
  reason: z.string(),
  estimate: finite.nullable(),
  interval: z.object({ low: finite, high: finite, level: finite }).nullable(),
  seeds: z.int(),
  /**
   * The chance of a finding as clear as this where there is nothing to find, adjusted for all statements of the experiment
   * (Holm 1979): at most 0.05 decides. Null where it cannot be told.
   */
  p: finite.nullable().default(null),
});
export type Verdict = z.infer<typeof verdictSchema>;

const experimentRunSchema = z.object({
  label: z.string(),
  labels: z.record(z.string(), z.string()),
  seed: z.int(),
  folder: z.string(),
  status: z.enum(['waiting', 'training', 'measuring', 'done', 'diverged', 'failed']),
  figures: z.record(z.string(), figureSchema),
  note: z.string().optional(),
});

/** What an experiment found. */
export const experimentReportSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('experiment'),
  /** Incomplete where runs, lines or the comparison failed: its title says so too, and nothing is judged. */
  status: z.enum(['running', 'complete', 'cancelled', 'incomplete']),
  createdAt: z.string(),
  title: z.string(),
  question: z.string(),
  background: z.string(),
  setting: z.array(z.string()),
  form: z.enum(['small', 'full']),
  runs: z.array(experimentRunSchema),
  /** Means over seeds of each figure for each combination of labels. */
  groups: z.array(
    z.object({
      label: z.string(),
      labels: z.record(z.string(), z.string()),
      seeds: z.int(),
      figures: z.record(z.string(), figureSchema),
    }),
  ),
  verdicts: z.array(verdictSchema),
  /** Loss and accuracy on the straight lines between the ends of two runs of one seed. */
  lines: z
    .array(
      z.object({ seed: z.int(), from: z.string(), to: z.string(), slice: reportSchema.shape.slices.element }),
    )
    .default([]),
  comparison: comparisonSchema.optional(),
  notes: z.array(z.string()),
  seconds: finite,
});
export type ExperimentReport = z.infer<typeof experimentReportSchema>;
export type ExperimentRun = z.infer<typeof experimentRunSchema>;

export const experimentRequestSchema = z.object({
  file: z.custom<ExperimentFile>((given) => experimentFileSchema.safeParse(given).success),
  path: z.string(),
  out: z.string(),
  tensorflowPath: z.string().optional(),
  /** By their folders, runs whose tasks elsewhere ended before they were done: they are not trained here, and why. */
  failures: z.record(z.string(), failedTaskSchema).optional(),
});
export type ExperimentRequest = z.infer<typeof experimentRequestSchema>;
