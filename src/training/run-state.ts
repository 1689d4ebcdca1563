import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type History, historySchema } from '../contract/history';
import { mistakeText, mistakesOf } from '../contract/mistakes';
import type { Vectors } from './lane/protocol';
import type { StoppingState } from './early-stopping';
import type { OpenStretch } from './loss-series';
import type { ScheduleState } from './schedules/schedule';

/** Where a run stands besides its vectors, as JSON. */
export interface RunProgress {
  /** Steps taken. */
  readonly step: number;
  /** Epochs whose end has been dealt with. */
  readonly epochs: number;
  /** Has the last epoch been? */
  readonly stop: boolean;
  readonly schedule: ScheduleState;
  readonly stopping: StoppingState | null;
  readonly stretch: OpenStretch;
  /** Points that are in the average. */
  readonly averaged: number;
  /** Training time so far, and that since the last record. */
  readonly seconds: number;
  readonly epochSeconds: number;
  readonly history: History;
}

/** Everything from which a run goes on exactly. A run that has ended keeps no vectors. */
export interface RunState {
  /** Of the run, its data and its start: a state goes on with the same ones only. */
  readonly fingerprint: string;
  readonly ended: boolean;
  readonly progress: RunProgress;
  /** SHA-256 of each checkpoint that the run has written, by its name. */
  readonly files: Readonly<Record<string, string>>;
  readonly vectors: Vectors;
}

const FORMAT = 3;
const count = z.int().min(0);
const seconds = z.number().min(0);
const loss = z.number().nullable();

const progressSchema: z.ZodType<RunProgress> = z.object({
  step: count,
  epochs: count,
  stop: z.boolean(),
  schedule: z.object({ rate: z.number().min(0), best: loss, waited: count }).nullable(),
  stopping: z.object({ best: loss, bestEpoch: count, waited: count }).nullable(),
  stretch: z.object({ sum: z.number(), count }),
  averaged: count,
  seconds,
  epochSeconds: seconds,
  history: historySchema,
});

const headerSchema = z.object({
  fingerprint: z.string(),
  ended: z.boolean(),
  progress: progressSchema,
  files: z.record(z.string(), z.string()),
  vectors: z.array(
    z.object({ name: z.string(), bits: z.union([z.literal(32), z.literal(64)]), length: count }),
  ),
});

const MAGIC = 'landscape run\n';
const ALIGNMENT = 8;
const SUM_BYTES = 32;
const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * One file's contents: a line that names it, the length of a JSON header, the header, the vectors as they lie in memory, and
 * the SHA-256 of all that: a state that was changed by one bit goes on to another network.
 */
export function stateBytes({ vectors, ...rest }: RunState): Uint8Array {
  const entries = Object.entries(vectors);
  const header = {
    format: FORMAT,
    ...rest,
    vectors: entries.map(([name, data]) => ({
      name,
      bits: data instanceof Float64Array ? 64 : 32,
      length: data.length,
    })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = aligned(MAGIC.length + 4 + text.length);
  const end = start + entries.reduce((sum, [, data]) => sum + aligned(data.byteLength), 0);
  const bytes = new Uint8Array(end + SUM_BYTES);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, MAGIC.length + 4);
  let at = start;
  for (const [, data] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += aligned(data.byteLength);
  }
  bytes.set(sumOf(bytes.subarray(0, end)), end);
  return bytes;
}

/** These bytes are no state that a run goes on from: why, as it follows the file's name. */
export class StateMistake extends Error {}

const DAMAGED = 'is damaged';

/**
 * What {@link stateBytes} wrote. The sum says that nothing was changed since, and the schema that a run can have been there.
 * @throws StateMistake
 */
export function readState(file: Uint8Array): RunState {
  const bytes = file.subarray(0, Math.max(0, file.length - SUM_BYTES));
  if (!sumOf(bytes).equals(file.subarray(bytes.length))) throw new StateMistake(DAMAGED);
  const head = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (head !== MAGIC || bytes.length < MAGIC.length + 4) throw new StateMistake(DAMAGED);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const header = headerOf(bytes.subarray(MAGIC.length + 4, MAGIC.length + 4 + length));
  const parsed = headerSchema.safeParse(header);
  if (!parsed.success)
    throw new StateMistake(`is not right (${mistakeText(mistakesOf(parsed.error.issues))})`);
  const { vectors, ...rest } = parsed.data;
  return { ...rest, vectors: vectorsIn(bytes, aligned(MAGIC.length + 4 + length), vectors) };
}

function headerOf(text: Uint8Array): unknown {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(text));
  } catch {
    throw new StateMistake(DAMAGED);
  }
  if (typeof header !== 'object' || header === null || !('format' in header) || header.format !== FORMAT)
    throw new StateMistake('was written by another version of Landscape');
  return header;
}

function vectorsIn(
  bytes: Uint8Array,
  start: number,
  listed: z.infer<typeof headerSchema>['vectors'],
): Record<string, Float32Array | Float64Array> {
  const vectors: Record<string, Float32Array | Float64Array> = {};
  let at = start;
  for (const { name, bits, length } of listed) {
    const size = (bits / 8) * length;
    if (at + size > bytes.length) throw new StateMistake(DAMAGED);
    // A copy: a Buffer's slice would be a view of more.
    const own = Uint8Array.from(bytes.subarray(at, at + size)).buffer;
    vectors[name] = bits === 64 ? new Float64Array(own) : new Float32Array(own);
    at += aligned(size);
  }
  if (at !== bytes.length) throw new StateMistake(DAMAGED);
  return vectors;
}
