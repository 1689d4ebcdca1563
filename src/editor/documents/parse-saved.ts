import * as z from 'zod';
import { comparisonSchema, compareRequestSchema } from '../../shared/comparison';
import { experimentReportSchema, experimentRequestSchema } from '../../shared/experiment';
import { historySchema } from '../../shared/history';
import type { PanelDocument } from '../../shared/panel-protocol';
import { trainRequestSchema } from '../../shared/run-file';
import { analyzeRequestSchema } from '../../shared/settings';
import type { DocumentRequest } from './document-job';

const requestSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('train'), params: trainRequestSchema }),
  z.object({ method: z.literal('compare'), params: compareRequestSchema }),
  z.object({
    method: z.literal('rescale'),
    params: analyzeRequestSchema.extend({ factor: z.number().positive(), neurons: z.boolean().optional() }),
  }),
  z.object({ method: z.literal('experiment'), params: experimentRequestSchema }),
]);

const savedSchema = z.object({
  panel: z.object({
    title: z.string(),
    restore: z.string(),
    document: z
      .discriminatedUnion('kind', [historySchema, comparisonSchema, experimentReportSchema])
      .optional(),
  }),
});

/** What a webview has kept of a job: what to do, and what had been found. Undefined when it is not ours. */
export function parseSavedDocument(
  saved: unknown,
): { request: DocumentRequest; title: string; document: PanelDocument | undefined } | undefined {
  const parsed = savedSchema.safeParse(saved);
  if (!parsed.success) return undefined;
  const { title, restore, document } = parsed.data.panel;
  try {
    const request = requestSchema.safeParse(JSON.parse(restore));
    return request.success ? { request: request.data, title, document } : undefined;
  } catch {
    return undefined;
  }
}
