import * as z from 'zod';

const finite = z.number();
const numbers = z.array(finite);

const pairSchema = z.object({ train: numbers, test: numbers });

/** Loss (and accuracy) along one line of parameter space. */
export const sliceSchema = z.object({
  kind: z.enum(['eigenvector', 'random', 'interpolation']),
  label: z.string(),
  /** Distance along the unit direction, or t of an interpolation (0 = this checkpoint, 1 = the other). */
  coordinates: numbers,
  loss: pairSchema,
  accuracy: pairSchema.optional(),
  /** Second derivative of the loss at 0 along the direction, for the local quadratic; and the first. */
  curvature: finite.optional(),
  slope: finite.optional(),
  /** Euclidean length of one unit of the coordinate. */
  unit: finite.optional(),
  standardError: pairSchema.optional(),
});

export type Slice = z.infer<typeof sliceSchema>;
