import type { CompareRequest, Comparison } from './comparison';
import type { ExperimentReport, ExperimentRequest } from './experiment';
import type { FileStamp, HashedFiles } from './file-stamp';
import type { History } from './history';
import type { Progress } from './progress';
import type { Report } from './report';
import type { TrainRequest } from './run-file';
import type { AnalyzeRequest, InterpolateRequest, SampleWeights } from './settings';

/**
 * Messages between a client (the extension host or the terminal) and the forked engine process, as structured
 * clones over its channel. Every request ends in exactly one `done` or `failed` with its id.
 */
export interface EngineRequests {
  /** Curvature of one checkpoint. Partial reports stream meanwhile. */
  analyze: { request: AnalyzeRequest; result: Report };
  /** Loss along the line between two checkpoints. */
  interpolate: { request: InterpolateRequest; result: Report };
  /** Trains; the history so far streams meanwhile. */
  train: { request: TrainRequest; result: History };
  /** Measures several checkpoints alike and holds the measures against the outcomes. */
  compare: { request: CompareRequest; result: Comparison };
  /** Measures a checkpoint and the same function with its layers rescaled (Dinh et al. 2017). */
  rescale: { request: RescaleRequest; result: Comparison };
  /** Trains, measures and compares the runs of an experiment, and judges its claims. */
  experiment: { request: ExperimentRequest; result: ExperimentReport };
  /** Architecture and parameter table, without data. */
  describe: { request: { checkpoint: string }; result: CheckpointSummary };
  /** Hash of a checkpoint or data file with all files that belong to it, for the report store. */
  hash: { request: { path: string; sampleWeights?: SampleWeights | undefined }; result: HashedFiles };
  /** What data files hold, by their headers. */
  headers: { request: { files: readonly string[] }; result: DataHeaders[] };
  /** Whether a checkpoint can be measured on data, with the loss on a few rows of them. Throws what does not fit. */
  tryData: { request: AnalyzeRequest; result: DataTrial };
  /** How long `analyze` or `interpolate` would take, from a few timed products or passes. */
  estimate: { request: AnalyzeRequest | InterpolateRequest; result: CostEstimate };
}
export type EngineMethod = keyof EngineRequests;

/** What `rescale` is asked to do: the settings of an analysis, and how far each layer's weights are scaled. */
export type RescaleRequest = AnalyzeRequest & {
  readonly factor: number;
  /** A seeded factor of its own for each neuron, between 1/factor and factor. */
  readonly neurons?: boolean | undefined;
};

/** What streams while a job runs: what it will end with, as far as it has come. */
export type JobDocument = Report | History | Comparison | ExperimentReport;

/** The arrays in a data file; none where it cannot be read. */
export interface DataHeaders {
  readonly file: string;
  readonly arrays: readonly {
    /** Empty for the one array of a `.npy`. */
    readonly name: string;
    readonly shape: readonly number[];
    /** As NumPy writes it: `<f4`, `|u1`. */
    readonly type: string;
  }[];
}

/** The loss of a checkpoint on a few training rows, as they go in. */
export interface DataTrial {
  readonly rows: number;
  readonly loss: number;
  /** With the inputs divided by 255, where they are bytes that nothing scales. */
  readonly divided?: number;
}

export interface CostEstimate {
  readonly seconds: number;
  readonly hvps: number;
  readonly hvpMilliseconds: number;
  /** Of an interpolation, which takes no products: where the loss is evaluated. */
  readonly points?: number;
  readonly peakMemoryBytes: number;
  readonly rows: number;
  /** Of the network. */
  readonly parameters: number;
}

/** A checkpoint as the custom editor shows it. */
export interface CheckpointSummary {
  readonly path: string;
  readonly format: string;
  readonly name: string;
  readonly sha256: string;
  /** The checkpoint's file, then those that belong to it (weights beside a `model.json`). */
  readonly files: readonly FileStamp[];
  readonly loss: string | undefined;
  /** Shapes of a row of each input; null for an extent that only data decide. Absent where the model is not built. */
  readonly inputs?: readonly (readonly (number | null)[])[];
  readonly layers: readonly {
    readonly name: string;
    readonly className: string;
    /** Output shape without the batch axis, where known; null for an extent that only data decide. */
    readonly outputShape: readonly (number | null)[] | undefined;
    readonly parameters: number;
  }[];
  readonly parameters: readonly {
    readonly name: string;
    readonly layer: string;
    readonly shape: readonly number[];
    readonly count: number;
    readonly trainable: boolean;
    readonly norm: number;
  }[];
  readonly notes: readonly string[];
  /** Why the model cannot be analyzed (an unknown layer...), in one sentence, if so. */
  readonly refusal: string | undefined;
}

/** A failure as it crosses the channel. `user` marks a mistake in the input, shown without a stack. */
export interface Failure {
  readonly kind: 'user' | 'cancelled' | 'internal';
  readonly message: string;
  readonly stack?: string;
}

export type ClientMessage =
  | { readonly type: 'request'; readonly id: number; readonly method: EngineMethod; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number };

export type EngineMessage =
  | { readonly type: 'ready'; readonly pid: number }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'partial'; readonly id: number; readonly report: JobDocument }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure };
