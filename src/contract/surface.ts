import * as z from 'zod';
import { ALONG_PATH } from './path';
import { levelsSchema, pictureSchema } from './picture';
import { reportSchema } from './report';
import { analyzeRequestSchema } from './settings';
import { MAP_SIDES } from './sharpness-map';
import { PLANES, SCHEMA_VERSION, SCALES } from './vocabulary';

const finite = z.number();

/** What a picture of the landscape is asked to be, every choice made. */
export const surfaceChoicesSchema = z.object({
  plane: z
    .enum(PLANES)
    .default('eigenvectors')
    .describe(
      'The plane of a picture: the two leading eigenvectors, two random directions (filter-normalized), the leading eigenvector and the gradient, through three checkpoints, or the principal directions of a run.',
    ),
  /** How far the picture reaches from its middle on either side, as a distance; from the landscape itself if left out. */
  radius: z.number().positive().optional(),
  /** How often the distance between the 9 x 9 first nodes may be halved. */
  refinements: z.int().min(0).max(4).default(4),
  /** How far, in steps between levels, a place may be off before more is measured around it. */
  tolerance: z.number().positive().max(2).default(0.25),
  /** At most so many evaluations for each checkpoint. */
  points: z.int().min(81).max(20_000).default(4000),
  /** A picture is refined for so many seconds at most. */
  seconds: z.number().positive().optional(),
  scale: z.enum(['auto', ...SCALES]).default('auto'),
  /** Batch norm's statistics at each place: as the plane has them, or measured anew on the training rows. */
  batchNorm: z.enum(['saved', 're-estimated']).default('saved'),
  /** Principal directions are those around the last checkpoint (Li et al. 2018), or around the mean. */
  centre: z.enum(['last', 'mean']).default('last'),
  /** What is measured at each checkpoint of a path besides its loss. */
  along: z.enum(ALONG_PATH).default('gradient'),
  /** Means of the last so many checkpoints of a path; a quarter and half of them if left out. */
  averages: z.array(z.int().min(2)).optional(),
  /** Nodes on a side of a map of sharpness over the same plane; none is made if left out. */
  map: z.int().min(MAP_SIDES.least).max(MAP_SIDES.most).optional(),
});
export type SurfaceChoices = z.infer<typeof surfaceChoicesSchema>;

/** What `surface` is asked to do. `settings.checkpoint` is ignored. */
export const surfaceRequestSchema = z.object({
  /**
   * One picture each, alike; of the plane through checkpoints the three, of a run's path all in their order.
   */
  checkpoints: z.array(z.string()).min(1).max(1000),
  settings: analyzeRequestSchema.omit({ trained: true }),
  choices: surfaceChoicesSchema,
  title: z.string().default(''),
  /** Where the places that were measured are kept, so that a picture goes on and a finer one begins with them. */
  cache: z.string().optional(),
});
export type SurfaceRequest = z.infer<typeof surfaceRequestSchema>;

/** The loss over planes through parameter space: one picture or several alike. */
export const surfaceSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.literal('surface'),
  status: z.enum(['running', 'complete', 'cancelled']),
  createdAt: z.string(),
  title: z.string(),
  choices: surfaceChoicesSchema,
  settings: reportSchema.shape.settings,
  /** The same for all pictures. */
  levels: levelsSchema,
  pictures: z.array(pictureSchema),
  findings: z.array(z.string()),
  notes: z.array(z.string()),
  cost: z.object({
    evaluations: z.int(),
    seconds: finite,
    /** Of the curvature matrix with vectors, for a map of sharpness. */
    products: z.int().optional(),
  }),
});
export type Surface = z.infer<typeof surfaceSchema>;
export type { Picture, PictureAxis, PictureMark, PictureSpan } from './picture';
