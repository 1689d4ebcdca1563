import * as z from 'zod';
import type { PanelDocument } from '../../contract/panel-protocol';
import type { DocumentRequest } from './document-request';
import { documentSchema, requestSchema } from './document-schema';

const savedSchema = z.object({
  panel: z.object({ title: z.string(), restore: z.string(), document: documentSchema.optional() }),
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
