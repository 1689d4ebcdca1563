import * as z from 'zod';
import { analyzeRequestSchema, interpolateRequestSchema } from '../../shared/settings';

const entrySchema = z.object({
  /** Name of the report's file in the store. */
  key: z.string(),
  createdAt: z.string(),
  // The stricter one first: an interpolation's request would pass for an analysis' with keys to spare.
  request: z.union([interpolateRequestSchema, analyzeRequestSchema]),
});

export const recordSchema = z.object({
  path: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
  sha256: z.string(),
  reports: z.array(entrySchema),
});

/** One stored report of a checkpoint, newest first in its record. */
export type ReportEntry = z.infer<typeof entrySchema>;
/** What is known of one file: its hash when it had this size and date, and the reports made of it. */
export type FileRecord = z.infer<typeof recordSchema>;
