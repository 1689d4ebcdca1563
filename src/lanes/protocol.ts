import type { BackendChoice } from '../backends/choice';
import type { Column, Rearrangement, Scaling } from './columns';
import type { PackedProgram } from './packed-program';

/** Values of one chunk (`x/0`, `y`, `weights`), or flat vectors by name (`theta`, `v0`). */
export type Values = Readonly<Record<string, Float64Array | Float32Array | Int32Array>>;

/** An input of a chunk's rows as the bytes that the data hold, with what becomes of them when they are fed. */
export interface ByteInput extends Column {
  readonly data: Uint8Array;
  readonly scaling: Scaling;
  readonly rearrangement: Rearrangement;
}

/** One chunk: arrays as they are fed, and inputs that are bytes until then, by port. */
export interface ChunkValues {
  readonly values: Values;
  readonly bytes: Readonly<Record<string, ByteInput>>;
}

/** What a lane is asked; every request gets one reply, in order. */
export type LaneRequest =
  | {
      readonly type: 'open';
      readonly choice: BackendChoice;
      /** Intermediate values of its chunks that the lane may keep between products. */
      readonly keptBytes: number;
    }
  | { readonly type: 'program'; readonly key: string; readonly program: PackedProgram }
  | { readonly type: 'chunk'; readonly key: string; readonly chunk: ChunkValues }
  | { readonly type: 'vectors'; readonly values: Values }
  | {
      readonly type: 'run';
      readonly program: string;
      readonly chunk: string;
      readonly validRows: number;
      readonly accumulate: boolean;
      /** Flat vectors that hold from this run on. */
      readonly vectors?: Values;
    }
  | { readonly type: 'collect' }
  /** Everything of the network and its data is given up, but what was compiled. */
  | { readonly type: 'rest' };

/** One entry, of some width, a row, by name. */
export type RowArrays = Readonly<Record<string, Float32Array | Float64Array>>;

/** What one run of one chunk gave. `sums` are flat vectors; absent when they were accumulated in the lane. */
export interface ChunkResult {
  readonly sums: Readonly<Record<string, Float32Array | Float64Array>>;
  readonly rows: RowArrays;
}

export interface Opened {
  readonly backend: string;
  readonly precision: 'float32' | 'float64';
  readonly versions: Readonly<Record<string, string>>;
  /** As of the last run. */
  readonly placed?: Placed;
  /** Where lanes are that are not here, and which of them were lost, in sentences. */
  readonly elsewhere?: readonly string[];
}

/** How many operators of the programs run where, where a graphics processor was asked for. */
export interface Placed {
  readonly device: number;
  readonly processor: number;
  /** What the device said when it failed. */
  readonly lost?: string;
}

/** Sums accumulated since the last collection. */
export interface Collected {
  readonly sums: Readonly<Record<string, Float64Array>>;
  readonly peakMemoryBytes: number;
  readonly placed?: Placed;
}

export interface LaneReplies {
  open: Opened;
  program: undefined;
  chunk: undefined;
  vectors: undefined;
  run: ChunkResult;
  collect: Collected;
  rest: { readonly residentBytes: number };
}

export type LaneReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly user: boolean };
