import * as z from 'zod';
import type { PanelDocument } from '../../contract/panel-protocol';
import { anyRequestSchema } from '../../contract/settings';
import { documentSchema, requestSchema } from '../documents/document-schema';
import type { About } from './about';

const restoreSchema = z.union([
  z.object({ request: anyRequestSchema }),
  z.object({ file: z.string() }),
  requestSchema,
]);
const savedSchema = z.object({
  panel: z.object({
    restore: z.string(),
    title: z.string().optional(),
    document: documentSchema.optional(),
  }),
});

/** What a webview has kept: what its panel is about, and the document that it showed. */
export interface Saved {
  readonly about: About;
  readonly document: PanelDocument | undefined;
}

/** What a panel is about and showed by what its webview has kept, or undefined when that is not ours. */
export function parseSaved(saved: unknown): Saved | undefined {
  const parsed = savedSchema.safeParse(saved);
  if (!parsed.success) return undefined;
  const { restore, title, document } = parsed.data.panel;
  const value = restoreSchema.safeParse(jsonOf(restore)).data;
  if (value === undefined) return undefined;
  if ('file' in value) return { about: value.file, document };
  if ('request' in value) return { about: value.request, document };
  return title === undefined ? undefined : { about: { request: value, title }, document };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
