import * as z from 'zod';
import { checkpointSchema, lossesSchema } from './checkpoint-facts';
import { pathSchema } from './path';
import { sharpnessMapSchema } from './sharpness-map';
import { SCALES } from './vocabulary';

const finite = z.number();
const pair = z.tuple([finite, finite]);
/** Values at all nodes, row after row from the first y; null where the loss is not finite or off every scale. */
const field = z.array(finite.nullable());

/** The losses that lines are drawn at. */
export const levelsSchema = z.object({ kind: z.enum(SCALES), values: z.array(finite), offset: finite });

const axisSchema = z.object({
  label: z.string(),
  /** Coordinates of the first and the last node. */
  from: finite,
  to: finite,
  /** Length of the filter-normalized direction: a unit of Li et al. (2018). */
  filterUnit: finite.optional(),
  /** The share of a run's squared distances that lies along it; and what a random walk would show. */
  explained: finite.optional(),
  ofRandomWalk: finite.optional(),
});

/** A checkpoint that is marked in a picture. */
const markSchema = z.object({
  label: z.string(),
  path: z.string(),
  at: pair,
  /** How far it lies from the plane, and the loss there where it stands and at its foot on the plane. */
  distance: finite,
  loss: finite.nullable(),
  lossOnPlane: finite.nullable(),
  /** By how many steps between levels these differ; null where one is not finite. */
  off: finite.nullable(),
  epoch: z.int().optional(),
});

const basinSchema = z.object({
  at: pair,
  low: finite,
  /** The place and loss over which it joins a deeper basin, and which of the list that is. */
  saddle: pair.optional(),
  high: finite.optional(),
  into: z.int().optional(),
});

/** Two vectors over tensors, in the order of the file: float64, little-endian, in base64. */
const vectorsSchema = z.object({
  tensors: z.array(z.object({ name: z.string(), shape: z.array(z.int()) })),
  directions: z.tuple([z.string(), z.string()]),
});

/** What a plane is spanned by, per unit of each coordinate. */
const spanSchema = vectorsSchema.extend({
  /** Of the tensors that are not trained, as batch norm's statistics, where they move along. */
  statistics: vectorsSchema.optional(),
});

const splitsSchema = z.object({ train: field, test: field.optional() });

/** The loss over one plane through parameter space. */
export const pictureSchema = z.object({
  label: z.string(),
  checkpoint: checkpointSchema,
  axes: z.tuple([axisSchema, axisSchema]),
  /** The cosine between the two directions; 0 where they were made orthogonal. */
  cosine: finite,
  centre: lossesSchema,
  /** The loss near (0, 0) by its derivatives there: slopes along both axes, and curvatures xx, xy, yy. */
  quadratic: z.object({
    loss: finite,
    slopes: pair,
    curvatures: z.tuple([finite, finite, finite]),
    /** How far from (0, 0) it tells the loss to a step between levels in every direction; absent where that is everywhere. */
    trusted: finite.optional(),
  }),
  /** Nodes on a side. */
  side: z.int(),
  loss: splitsSchema,
  accuracy: splitsSchema.optional(),
  /** Nodes where the loss was evaluated; it is interpolated at the others. */
  measured: z.array(z.int()),
  /** Nodes that may be off by more than the tolerance. */
  unresolved: z.array(z.int()),
  /** In steps between levels: how far the interpolated training loss may be off, and was at places it did not know. */
  error: z.object({ bound: finite, seen: finite, places: z.int() }),
  basins: z.array(basinSchema),
  marks: z.array(markSchema),
  /** Where the plane is that of a path. */
  path: pathSchema.optional(),
  /** Where one was asked for, as far as it is measured. */
  sharpness: sharpnessMapSchema.optional(),
  /** Of complete pictures of networks that are small enough for it (`jobs/surface/span.ts`). */
  span: spanSchema.optional(),
});

/** The small picture that a report may carry, on the rows of the report. */
export const reportPictureSchema = z.object({ picture: pictureSchema, levels: levelsSchema });

export type Picture = z.infer<typeof pictureSchema>;
export type PictureMark = z.infer<typeof markSchema>;
export type PictureSpan = z.infer<typeof spanSchema>;
export type PictureAxis = z.infer<typeof axisSchema>;
export type ReportPicture = z.infer<typeof reportPictureSchema>;
