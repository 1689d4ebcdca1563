import * as z from 'zod';
import { requestSchema } from './document-schema';

/** The list's line of a kept document. */
export const entrySchema = z.object({
  key: z.string(),
  title: z.string(),
  savedAt: z.string(),
  status: z.enum(['running', 'complete', 'cancelled', 'diverged', 'incomplete']),
  request: requestSchema,
});
