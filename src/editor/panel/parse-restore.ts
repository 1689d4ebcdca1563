import * as z from 'zod';
import { anyRequestSchema } from '../../contract/settings';
import type { AnyRequest } from '../store/report-store';

const restoreSchema = z.union([z.object({ request: anyRequestSchema }), z.object({ file: z.string() })]);
const savedSchema = z.object({ panel: z.object({ restore: z.string() }) });

/** The request or the report file in what a webview has kept, or undefined when it is not ours. */
export function parseRestore(saved: unknown): AnyRequest | string | undefined {
  const parsed = savedSchema.safeParse(saved);
  if (!parsed.success) return undefined;
  try {
    const value = restoreSchema.safeParse(JSON.parse(parsed.data.panel.restore));
    if (!value.success) return undefined;
    return 'file' in value.data ? value.data.file : value.data.request;
  } catch {
    return undefined;
  }
}
