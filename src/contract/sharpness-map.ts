import * as z from 'zod';

const finite = z.number();

/** Nodes on a side of a map: at least and at most, and where nobody says how many. */
export const MAP_SIDES = { least: 3, most: 33, usual: 9 } as const;

/** What is known of the sharpness at one place of a plane. */
export const sharpnessSchema = z.object({
  /** |g| over the rows measured, and of the loss over all rows like these with its error; null where it overflows. */
  gradientNorm: z
    .object({
      value: finite,
      overRows: z.object({ value: finite, standardError: finite.nullable() }),
    })
    .nullable(),
  /** The largest eigenvalue with its numeric bound, and what rows scatter it by with its eigenvector held fixed. */
  largest: z
    .object({
      value: finite,
      errorBound: finite,
      converged: z.boolean(),
      heldFixed: finite.nullable(),
    })
    .nullable(),
});
export type Sharpness = z.infer<typeof sharpnessSchema>;

/** The largest eigenvalue and the gradient's norm on a coarse grid over the plane of a picture, from edge to edge. */
export const sharpnessMapSchema = z.object({
  /** Nodes on a side. */
  side: z.int(),
  /** In the order in which they were measured; nodes are numbered row after row from the first y. */
  places: z.array(sharpnessSchema.extend({ node: z.int() })),
});
export type SharpnessMap = z.infer<typeof sharpnessMapSchema>;
export type SharpnessPlace = SharpnessMap['places'][number];
