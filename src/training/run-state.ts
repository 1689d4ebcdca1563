import { createHash } from 'node:crypto';
import type { History } from '../shared/history';
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
  readonly vectors: Vectors;
}

interface Header {
  readonly format: 2;
  readonly fingerprint: string;
  readonly ended: boolean;
  readonly progress: RunProgress;
  readonly vectors: readonly { readonly name: string; readonly bits: 32 | 64; readonly length: number }[];
}

const MAGIC = 'landscape run\n';
const ALIGNMENT = 8;
const SUM_BYTES = 32;
const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * One file's contents: a line that names it, the length of a JSON header, the header, the vectors as they lie in memory, and
 * the SHA-256 of all that: a state that was changed by one bit goes on to another network.
 */
export function stateBytes({ fingerprint, ended, progress, vectors }: RunState): Uint8Array {
  const entries = Object.entries(vectors);
  const header: Header = {
    format: 2,
    fingerprint,
    ended,
    progress,
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

/** What {@link stateBytes} wrote, or undefined when these bytes are something else. */
export function readState(file: Uint8Array): RunState | undefined {
  const bytes = file.subarray(0, Math.max(0, file.length - SUM_BYTES));
  if (!sumOf(bytes).equals(file.subarray(bytes.length))) return undefined;
  const head = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (head !== MAGIC || bytes.length < MAGIC.length + 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const start = aligned(MAGIC.length + 4 + length);
  try {
    const text = bytes.subarray(MAGIC.length + 4, MAGIC.length + 4 + length);
    const header = JSON.parse(new TextDecoder().decode(text)) as Header;
    if (header.format !== 2) return undefined;
    const vectors: Record<string, Float32Array | Float64Array> = {};
    let at = start;
    for (const { name, bits, length: count } of header.vectors) {
      const size = (bits / 8) * count;
      if (at + size > bytes.length) return undefined;
      // A copy: a Buffer's slice would be a view of more.
      const own = Uint8Array.from(bytes.subarray(at, at + size)).buffer;
      vectors[name] = bits === 64 ? new Float64Array(own) : new Float32Array(own);
      at += aligned(size);
    }
    const { fingerprint, ended, progress } = header;
    return { fingerprint, ended, progress, vectors };
  } catch {
    return undefined;
  }
}
