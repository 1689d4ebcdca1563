import * as z from 'zod';
import { type DataChoices, dataShape } from './settings';

/** What a person's own Python is given of a checkpoint and its data. */
export interface HandOverRequest {
  readonly checkpoint: string;
  /** Which set of weights, where the file holds several. */
  readonly weights?: string | undefined;
  readonly data?: string | undefined;
  readonly choices: DataChoices;
  /** Where it is written; without one nothing is, and only what the checkpoint says is told. */
  readonly folder?: string | undefined;
}

export interface HandedOver {
  /** The weights' names and shapes. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** What the checkpoint says its network was made with. */
  readonly hyperParameters: Readonly<Record<string, unknown>>;
  /** Safetensors: all weights. */
  readonly weights?: string;
  /** Safetensors: two rows of each input, named by their places. */
  readonly example?: string;
}

export const handOverSchema = z.object({
  checkpoint: z.string(),
  weights: z.string().optional(),
  data: z.string().optional(),
  choices: z.object(dataShape).partial(),
  folder: z.string().optional(),
});

const failed = z.object({ ok: z.literal(false), error: z.string() });

/** The line by which `media/python/export_model.py` answers. */
export const exportAnswerSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** The file that was written. */
    out: z.string(),
    /** What the network was made with. */
    args: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
    parameters: z.int().nonnegative(),
    /** Tensors of the checkpoint that are no part of the network. */
    left: z.array(z.string()),
    /** The shape of a row of each input, as the network took it. */
    rows: z.array(z.array(z.int())),
    /** Whether it takes any number of rows, or as many as it was exported with. */
    anyRows: z.boolean(),
    torch: z.string(),
  }),
  failed,
]);
export type ExportAnswer = z.infer<typeof exportAnswerSchema>;

/** The line by which `media/python/export_data.py` answers. */
export const dataAnswerSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    out: z.string(),
    rows: z.int().positive(),
    testRows: z.int().nonnegative(),
    /** How many the set has, where it says so. */
    total: z.int().nullable(),
  }),
  failed,
]);
export type DataAnswer = z.infer<typeof dataAnswerSchema>;
