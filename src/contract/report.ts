import * as z from 'zod';
import { checkpointSchema, estimateSchema, lossesSchema, type pointSchema } from './checkpoint-facts';
import { curveSchema } from './curve';
import { reportPictureSchema } from './picture';
import { sliceSchema } from './slice';
import { sourceSchema } from './source';
import { suggestionSchema } from './suggestions';
import { SCHEMA_VERSION } from './vocabulary';

const finite = z.number();
const numbers = z.array(finite);

/** An eigenvalue with its numeric error: `residual` is |Hv - value v|, `errorBound` bounds the distance to an eigenvalue. */
const eigenvalueSchema = z.object({
  value: finite,
  residual: finite,
  errorBound: finite,
  converged: z.boolean(),
  /** Standard error of v.Hv over rows with v held fixed: less than what other rows would move the value by, so no bar. */
  heldFixed: finite.nullable().optional(),
  /** Why there is no error over rows. */
  samplingReason: z.string().optional(),
});

const traceSchema = z.object({
  value: finite,
  standardError: finite,
  probes: z.int(),
});

const densitySchema = z.object({
  /** The grid, in the operator's units, ascending. */
  eigenvalues: numbers,
  /** Smoothed density on the grid (integrates to 1), and its standard error over the probes. */
  density: numbers,
  standardError: numbers,
  /** Unsmoothed Ritz values and weights of all probes together (weights sum to 1). */
  nodes: z.array(z.object({ eigenvalue: finite, weight: finite })),
  steps: z.int(),
  probes: z.int(),
  massBelow: estimateSchema.extend({ threshold: finite }),
  negativeShare: estimateSchema,
  moments: z.array(estimateSchema),
});

/** Ends of the spectrum, trace and density of one operator. A field is absent until it exists or when not asked for. */
const spectrumSchema = z.object({
  largest: z.array(eigenvalueSchema),
  smallest: z.array(eigenvalueSchema),
  /** While the largest are being searched: the highest Ritz value of the run, which the largest eigenvalue is not below. */
  highestRitz: finite.optional(),
  /** When no smallest ones were asked for: the lowest Ritz value of the run. The lowest eigenvalue is at most this. */
  lowestRitz: finite.optional(),
  trace: traceSchema.optional(),
  density: densitySchema.optional(),
  /**
   * Every eigenvalue, ascending, from the dense matrix. `asymmetry`: what rounding made unsymmetric; `errorBound`: the most
   * that rounding was found to move any of them, which holds what is the same on both sides of the diagonal too.
   */
  exact: z.object({ eigenvalues: numbers, asymmetry: finite, errorBound: finite }).optional(),
});

/** Another curvature matrix of the same loss and rows, beside the one of `spectrum`. */
const besideSchema = z.object({
  operator: z.string(),
  largest: z.array(eigenvalueSchema),
  trace: traceSchema.optional(),
});

const layerSchema = z.object({
  /** The tensor, as `layer/kernel`. */
  name: z.string(),
  /** The layer that owns it. */
  layer: z.string(),
  shape: z.array(z.int()),
  parameters: z.int(),
  norm: finite,
  trace: z.object({ value: finite, standardError: finite }).optional(),
  largest: eigenvalueSchema.optional(),
  /** The class of the layer, where it is one of Keras: `Conv2D`. */
  className: z.string().optional(),
  source: sourceSchema.optional(),
});

const measureSchema = z.object({
  id: z.string(),
  value: finite,
  standardError: finite.nullable(),
  /** Why there is no standard error, in a few words; shown in its place. */
  reason: z.string().optional(),
  settings: z.record(z.string(), z.unknown()),
  /** Does it stay when layers are rescaled without changing the function? */
  invariant: z.boolean().optional(),
  note: z.string().optional(),
  /** The value is the most that it can be: the search had not converged, or the scale of what is drawn had reached its end. */
  bound: z.enum(['not-converged', 'saturated']).optional(),
});

const checkSchema = z.object({
  id: z.string(),
  label: z.string(),
  found: finite,
  allowed: finite,
  passed: z.boolean(),
});

/** How everything in the report was measured: repeat with these and the digits repeat. */
const reportSettingsSchema = z.object({
  data: z.object({ path: z.string(), sha256: z.string(), trainRows: z.int(), testRows: z.int() }),
  loss: z.string(),
  /** Where the loss came from, in words: compiled into the checkpoint, given, or inferred. */
  lossSource: z.string(),
  /** "all 1,437 rows", "first 512 of 1,437 rows", "4,096 of 60,000 rows, seed 1". */
  samples: z.string(),
  rows: z.int(),
  chunkRows: z.int(),
  seed: z.int(),
  input: z.object({
    scale: finite,
    mean: z.array(finite),
    std: z.array(finite),
    layout: z.enum(['NHWC', 'NCHW']).optional(),
  }),
  operator: z.string(),
  backend: z.string(),
  precision: z.enum(['float32', 'float64']),
  /** The graphics processor, where one was asked for: how many operators of the programs ran there, and how many did not. */
  device: z.object({ name: z.string(), nodes: z.int(), onProcessor: z.int() }).optional(),
  batchNorm: z.string(),
  lossScaling: z.string(),
  /** What the losses of rows are weighted by, where they are: classes, an array of the data. */
  weightedBy: z.array(z.string()).optional(),
  /** Share of the labels' mass spread evenly, where there is any. */
  labelSmoothing: finite.optional(),
  weightDecay: z.string(),
  top: z.int(),
  bottom: z.int(),
  layers: z.enum(['off', 'trace', 'full']),
  density: z.boolean(),
  trace: z.boolean(),
  slices: z.boolean(),
  /** Is a small picture drawn? */
  picture: z.boolean().optional(),
  exact: z.boolean().optional(),
  /** The measures that were asked for, by their ids. */
  measures: z.array(z.string()).optional(),
  versions: z.record(z.string(), z.string()),
});

/**
 * What an analysis found: the one document that the panel, the hover and the terminal read. While a job runs the
 * same shape is sent with what exists so far and `status: "running"`.
 */
export const reportSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.enum(['analysis', 'interpolation']),
  status: z.enum(['running', 'complete', 'cancelled']),
  createdAt: z.string(),
  checkpoint: checkpointSchema,
  /** The other end of an interpolation. */
  other: checkpointSchema.optional(),
  settings: reportSettingsSchema,
  loss: lossesSchema.optional(),
  otherLoss: lossesSchema.optional(),
  /** Of these rows; `overRows`: of the loss over all rows like them, without what having only these adds to the length. */
  gradientNorm: estimateSchema.extend({ overRows: estimateSchema.optional() }).optional(),
  /**
   * How far below the loss the bottom of the quadratic model lies, gᵀ|H|⁺g/2 on the Krylov space of the gradient, after so
   * many products: `settled` where the rest is negligible, `open` where it need not be, `downwards` where the gradient leads
   * into negative curvature.
   */
  gradientPromise: z
    .object({ value: finite, end: z.enum(['settled', 'open', 'downwards']), products: z.int() })
    .optional(),
  spectrum: spectrumSchema,
  /** H = GGN + residual: what of the curvature is the model's, and what comes from its own bending. */
  beside: z.array(besideSchema).optional(),
  layers: z.array(layerSchema),
  measures: z.array(measureSchema),
  slices: z.array(sliceSchema),
  /** The landscape in the plane of the two leading eigenvectors, where it was drawn. */
  picture: reportPictureSchema.optional(),
  /** Of an interpolation, where it was asked for: a curve between the same ends along which the loss stays low. */
  curve: curveSchema.optional(),
  checks: z.array(checkSchema),
  /** What the reader should know: inputs that look unscaled, rows left out... One sentence each. */
  notes: z.array(z.string()),
  /** Those of the notes that a person can act on, with what they suggest. */
  suggestions: z.array(suggestionSchema).optional(),
  cost: z.object({
    hvps: z.int(),
    hvpMilliseconds: finite,
    gradients: z.int(),
    seconds: finite,
    peakMemoryBytes: finite,
  }),
});

export type { Slice } from './slice';
export type Report = z.infer<typeof reportSchema>;
export type ReportSettings = z.infer<typeof reportSettingsSchema>;
export type Estimate = z.infer<typeof estimateSchema>;
export type Eigenvalue = z.infer<typeof eigenvalueSchema>;
export type Spectrum = z.infer<typeof spectrumSchema>;
export type Beside = z.infer<typeof besideSchema>;
export type Density = z.infer<typeof densitySchema>;
export type LayerCurvature = z.infer<typeof layerSchema>;
export type Measure = z.infer<typeof measureSchema>;
export type Check = z.infer<typeof checkSchema>;
export type LossPoint = z.infer<typeof pointSchema>;
