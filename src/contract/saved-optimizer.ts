import * as z from 'zod';

const finite = z.number();

/** What a checkpoint of training says of the optimizer that it was saved with. */
export const savedOptimizerSchema = z.object({
  /** Where it stands: keys of the checkpoint, or a file beside it. */
  from: z.string(),
  /** The learning rate; of several groups of parameters the largest. */
  rate: finite,
  /** How many rates its groups have. */
  rates: z.int(),
  /** Gradient descent, whose line is 2 / rate; a rule that scales each parameter for itself; or it does not say. */
  rule: z.enum(['descent', 'adaptive', 'unknown']),
  /** Of gradient descent, where they are not 0 or false. */
  momentum: finite.optional(),
  dampening: finite.optional(),
  nesterov: z.boolean().optional(),
  /** Decay inside of the gradient. */
  weightDecay: finite.optional(),
  /** Of Adam and its kin. */
  beta1: finite.optional(),
});
export type SavedOptimizer = z.infer<typeof savedOptimizerSchema>;
