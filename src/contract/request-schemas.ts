import * as z from 'zod';
import { compareRequestSchema } from './comparison';
import { elsewhereSchema } from './elsewhere';
import type { EngineMethod, EngineRequests } from './engine-protocol';
import { experimentRequestSchema } from './experiment';
import { handOverSchema } from './hand-over';
import { trainRequestSchema } from './run-file';
import { surfaceRequestSchema } from './surface';
import { runTaskSchema } from './tasks';
import { watchRequestSchema } from './watch';
import { analyzeRequestSchema, anyRequestSchema, dataShape, interpolateRequestSchema } from './settings';

/** What each method takes: checked where it arrives, so that a handler never sees a malformed request. */
export const requestSchemas: { readonly [M in EngineMethod]: z.ZodType<EngineRequests[M]['request']> } = {
  analyze: analyzeRequestSchema,
  interpolate: interpolateRequestSchema,
  train: trainRequestSchema,
  compare: compareRequestSchema,
  rescale: analyzeRequestSchema.extend({ factor: z.number().positive(), neurons: z.boolean().optional() }),
  surface: surfaceRequestSchema,
  watch: watchRequestSchema,
  experiment: experimentRequestSchema,
  describe: z.object({
    checkpoint: z.string(),
    model: analyzeRequestSchema.shape.model,
    weights: analyzeRequestSchema.shape.weights,
  }),
  hash: z.object({
    path: z.string(),
    sampleWeights: analyzeRequestSchema.shape.sampleWeights,
    model: analyzeRequestSchema.shape.model,
  }),
  handOver: handOverSchema,
  show: z.object({
    files: z.array(z.string()).min(1),
    histogram: z.string().optional(),
    spectra: z.boolean().optional(),
    all: z.boolean().optional(),
  }),
  headers: z.object({ files: z.array(z.string()) }),
  preview: z.object({
    data: z.string(),
    checkpoint: z.string().optional(),
    choices: z.object({ ...dataShape, model: z.string(), weights: z.string() }).partial(),
  }),
  tryData: analyzeRequestSchema,
  estimate: anyRequestSchema,
  estimateRun: z.object({ experiment: experimentRequestSchema, run: z.string() }),
  planTasks: compareRequestSchema,
  planRuns: experimentRequestSchema,
  planPictures: surfaceRequestSchema,
  runTask: runTaskSchema,
  elsewhere: elsewhereSchema,
  places: elsewhereSchema.shape.job,
  cancelElsewhere: z.object({ name: z.string() }),
};

const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id: z.int(), method: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
]);

/** A message as it arrives: its method is still any string. */
type ArrivedMessage = z.infer<typeof clientMessageSchema>;

/** The message, or undefined when it has not the protocol's form. */
export function parseClientMessage(message: unknown): ArrivedMessage | undefined {
  const parsed = clientMessageSchema.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

export function isMethod(method: string): method is EngineMethod {
  return Object.hasOwn(requestSchemas, method);
}
