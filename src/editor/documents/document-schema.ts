import * as z from 'zod';
import { comparisonSchema, compareRequestSchema } from '../../contract/comparison';
import { experimentReportSchema, experimentRequestSchema } from '../../contract/experiment';
import { historySchema } from '../../contract/history';
import { trainRequestSchema } from '../../contract/run-file';
import { analyzeRequestSchema } from '../../contract/settings';
import { surfaceRequestSchema, surfaceSchema } from '../../contract/surface';
import { watchRequestSchema, watchSchema } from '../../contract/watch';

/** What is kept of a job to take it up again. */
export const requestSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('train'), params: trainRequestSchema }),
  z.object({ method: z.literal('compare'), params: compareRequestSchema }),
  z.object({
    method: z.literal('rescale'),
    params: analyzeRequestSchema.extend({ factor: z.number().positive(), neurons: z.boolean().optional() }),
  }),
  z.object({ method: z.literal('surface'), params: surfaceRequestSchema }),
  z.object({ method: z.literal('experiment'), params: experimentRequestSchema }),
  z.object({ method: z.literal('watch'), params: watchRequestSchema }),
  z.object({ method: z.literal('file'), params: z.object({ path: z.string() }) }),
]);

export const documentSchema = z.discriminatedUnion('kind', [
  historySchema,
  comparisonSchema,
  experimentReportSchema,
  surfaceSchema,
  watchSchema,
]);
