import * as z from 'zod';
import { levelsSchema } from './picture';
import { surfaceRequestSchema } from './surface';

const picture = z.int().min(0);
/** How far all pictures reach from their middles along both axes; each as far as its own plane if left out. */
const reach = z.tuple([z.number().positive(), z.number().positive()]).optional();

/**
 * What a process of its own can do of some pictures. One alone is drawn as a whole. Several are alike: each plane is found
 * first, then each picture looked at as far as the furthest of them reaches, then all are drawn with levels for all.
 */
export const surfaceStepSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('whole') }),
  z.object({ kind: z.literal('plane'), picture }),
  z.object({ kind: z.literal('look'), picture, reach }),
  z.object({ kind: z.literal('picture'), picture, reach, levels: levelsSchema }),
  z.object({ kind: z.literal('map'), picture, reach }),
]);
export type SurfaceStep = z.infer<typeof surfaceStepSchema>;

/** Some pictures, and a step of them. */
export const surfaceTaskSchema = z.object({ surface: surfaceRequestSchema, step: surfaceStepSchema });
export type SurfaceTask = z.infer<typeof surfaceTaskSchema>;

/** What is found of a plane, besides the plane itself. */
export const foundPlaneSchema = z.object({ reach: z.tuple([z.number(), z.number()]) });

/** What the first look at a picture has found: finite losses on training rows, with their standard errors. */
export const firstLookSchema = z.object({ losses: z.array(z.tuple([z.number(), z.number().nullable()])) });
