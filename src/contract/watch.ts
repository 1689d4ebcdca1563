import * as z from 'zod';
import { reportSchema } from './report';
import { savedOptimizerSchema } from './saved-optimizer';
import { analyzeRequestSchema } from './settings';
import { SCHEMA_VERSION, WATCH_EVENTS, WATCH_STATUSES } from './vocabulary';

const finite = z.number();
const estimateSchema = z.object({
  value: finite,
  /** Null where it is not estimated: over rows, or what the measure says. */
  standardError: finite.nullable(),
});
const splitsSchema = z.object({ train: estimateSchema, test: estimateSchema.optional() });

/** What is measured of each checkpoint of a run that is watched. */
const figuresSchema = z.object({
  loss: splitsSchema,
  /** Shares of rows; absent in a regression. */
  accuracy: splitsSchema.optional(),
  gradientNorm: finite.optional(),
  /** The largest eigenvalue; `errorBound` is numeric: how far the value may lie from it on these rows. */
  largest: z.object({ value: finite, errorBound: finite }),
  /** The smallest eigenvalue is at most this. */
  lowest: finite.optional(),
  trace: estimateSchema.optional(),
  /** 2 over the smallest step along the gradient that does not lower the loss; has no bar. */
  criticalSharpness: finite.optional(),
  /** Rows of the training set that it was measured on. */
  rows: z.int(),
});

/** One checkpoint as it was found: a file that is written over is found anew. */
export const watchedSchema = z.object({
  /** Counts from 1, in the order in which they were found. */
  id: z.int(),
  /** From the folder that is watched, with `/`. */
  file: z.string(),
  bytes: z.int(),
  /** When the file was last written. */
  writtenAt: z.string(),
  /** Of its contents, with those of the architecture where it holds weights alone. */
  sha256: z.string().optional(),
  /** Where it is in its run, as its name or the history beside it says. */
  place: z.object({ unit: z.enum(['epoch', 'step']), value: z.int() }).optional(),
  status: z.enum(WATCH_STATUSES),
  /** It lay there when the watch began. */
  before: z.boolean(),
  /** The earlier checkpoint with the same contents, whose figures it has. */
  copyOf: z.string().optional(),
  /** Why there are no figures. */
  reason: z.string().optional(),
  measuredAt: z.string().optional(),
  figures: figuresSchema.optional(),
  /** The optimizer that a checkpoint of PyTorch was saved with, as it says itself or what lies beside it. */
  optimizer: savedOptimizerSchema.optional(),
  learningRate: finite.optional(),
  /** Where the rate stands: said, the history, or keys of the checkpoint. */
  rateFrom: z.string().optional(),
  /**
   * Gradient descent is unstable on a quadratic above this curvature: 2 / learning rate; as the optimizer has it, where the
   * history or the checkpoint tells which. Absent where the optimizer is another.
   */
  threshold: finite.optional(),
  seconds: finite.optional(),
});
export type Watched = z.infer<typeof watchedSchema>;
export type WatchedFigures = z.infer<typeof figuresSchema>;

const eventSchema = z.object({
  what: z.enum(WATCH_EVENTS),
  /** The checkpoint that shows it. */
  id: z.int(),
  file: z.string(),
  at: z.string(),
  /** A sentence with the figures. */
  text: z.string(),
  /** The checkpoint lay there when the watch began. */
  before: z.boolean(),
});
export type WatchEvent = z.infer<typeof eventSchema>;

/** A run as it happens: the document that streams while a folder is watched. */
export const watchSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.literal('watch'),
  status: z.enum(['running', 'complete', 'cancelled']),
  createdAt: z.string(),
  title: z.string(),
  /** The folder, or the pattern of files. */
  where: z.string(),
  /** How the first one was measured, and all others are. */
  settings: reportSchema.shape.settings.optional(),
  checkpoints: z.array(watchedSchema),
  events: z.array(eventSchema),
  /** Files that are being written, or do not open yet. */
  unfinished: z.array(z.string()),
  /** Ends then if nothing comes; absent while something is measured, and where it never ends by itself. */
  endsAt: z.string().optional(),
  notes: z.array(z.string()),
  seconds: finite,
});
export type Watch = z.infer<typeof watchSchema>;

/** What `watch` is asked to do. */
export const watchRequestSchema = z.object({
  /** A folder, or a pattern of files, absolute. */
  where: z.string(),
  settings: analyzeRequestSchema.omit({ checkpoint: true }),
  title: z.string().default(''),
  /** Ends when nothing has come for so long; never if left out. */
  idleSeconds: z.number().nonnegative().optional(),
  /** A file is complete when it has not changed for so long, and opens. */
  stillSeconds: z.number().nonnegative().default(2),
  /** A file that does not open is told when it has not changed for so long. */
  patienceSeconds: z.number().nonnegative().default(60),
  /** Of the run, for 2 / learning rate; the history beside the checkpoints tells it of runs of our own. */
  learningRate: z.number().positive().optional(),
  /** Where finished reports and this watch are kept, to go on from; nowhere if left out. */
  kept: z.string().optional(),
});
export type WatchRequest = z.infer<typeof watchRequestSchema>;

/** The lines of `landscape watch --json`, told apart by `type`: one JSON document each. */
export const watchLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    schemaVersion: z.literal(SCHEMA_VERSION),
    version: z.string(),
    where: z.string(),
    data: z.string(),
    at: z.string(),
  }),
  watchedSchema.extend({ type: z.literal('checkpoint') }),
  eventSchema.extend({ type: z.literal('event') }),
  z.object({
    type: z.literal('end'),
    /** Nothing came for as long as was asked, or somebody stopped it. */
    reason: z.enum(['idle', 'interrupted']),
    /** Checkpoints that have figures. */
    measured: z.int(),
    at: z.string(),
  }),
]);
export type WatchLine = z.infer<typeof watchLineSchema>;
