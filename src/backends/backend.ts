import type { Program } from '../autodiff/program';

/** Row-major values: floats in the backend's precision, or int32 indices. */
export type TensorData = Float32Array | Float64Array | Int32Array;

/** Feeds by the names of a program's inputs. One may be made only when it is read, so a backend reads what it needs. */
export type Feeds = Readonly<Record<string, TensorData>>;

/**
 * What a value changes with while a program is run again and again: the point in parameter space alone, also the chunk
 * of the data, the vectors but no data, or everything.
 */
export type Part = 'point' | 'chunk' | 'vectors' | 'all';

/** What one part of a program gave, to be used again as long as what it depends on stays. */
export interface Kept {
  readonly bytes: number;
}

/** Remembers parts between runs; whoever owns it knows what has changed. */
export interface Keeper {
  /** Would it keep what this chunk gives? Where not, the program is better run whole. */
  readonly hasRoom: boolean;
  recall(part: Part): Kept | undefined;
  keep(part: Part, kept: Kept): void;
}

/** A program compiled by a backend. */
export interface Executable {
  /**
   * Runs it once; outputs are in the order of the program's. Feeds that the program does not take are ignored. Parts
   * that the keeper remembers are not computed again; a backend that does not cut programs takes no notice of it.
   * `into` offers memory for outputs by name, none of it fed: a backend that can writes there and gives it back.
   */
  run(feeds: Feeds, keeper?: Keeper, into?: Feeds): Promise<TensorData[]>;
  dispose(): Promise<void>;
  /** Operators of the models that it has opened, where the backend counts them. */
  readonly nodes?: number;
}

/** What computes the kernels of a program. */
export interface Backend {
  /** As people name it: `onnxruntime`, `tensorflow`, `wasm`, `cpu`, `reference`. */
  readonly name: string;
  readonly precision: 'float32' | 'float64';
  /** Versions of what computes, for the report. */
  readonly versions: Readonly<Record<string, string>>;
  /** `partOf` says what each input changes with, where the program is to be cut by that. */
  compile(program: Program, partOf?: (input: string) => Part): Promise<Executable>;
}
