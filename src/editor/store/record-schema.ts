import * as z from 'zod';
import { analyzeRequestSchema, anyRequestSchema } from '../../contract/settings';

const entrySchema = z.object({
  /** Name of the report's file in the store. */
  key: z.string(),
  createdAt: z.string(),
  request: anyRequestSchema,
});

export const recordSchema = z.object({
  path: z.string(),
  sha256: z.string(),
  /** The weights of the rows that belong to data, as the request named them. */
  sampleWeights: analyzeRequestSchema.shape.sampleWeights,
  /** The file of the architecture, for a checkpoint that holds weights alone: its bytes are in the hash. */
  model: analyzeRequestSchema.shape.model,
  files: z.array(z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() })),
  reports: z.array(entrySchema),
});

/** One stored report of a checkpoint, newest first in its record. */
export type ReportEntry = z.infer<typeof entrySchema>;
/** What is known of one file: its hash when it and what belongs to it were so, and the reports made of it. */
export type FileRecord = z.infer<typeof recordSchema>;
