import type { CompareRequest, Comparison } from './comparison';
import type { ShowRequest, ShownContents } from './contents';
import type { DoneElsewhere, ElsewhereRequest, Places } from './elsewhere';
import type { ExperimentReport, ExperimentRequest } from './experiment';
import type { FileStamp, HashedFiles } from './file-stamp';
import type { HandedOver, HandOverRequest } from './hand-over';
import type { History } from './history';
import type { Progress } from './progress';
import type { Report } from './report';
import type { TrainRequest } from './run-file';
import type { Surface, SurfaceRequest } from './surface';
import type { Watch, WatchRequest } from './watch';
import type { PlannedTasks, RunTaskRequest } from './tasks';
import type { AnalyzeRequest, DataChoices, InterpolateRequest, SampleWeights } from './settings';

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
  /** The loss over planes through parameter space. */
  surface: { request: SurfaceRequest; result: Surface };
  /** Measures the checkpoints of a run as they land. */
  watch: { request: WatchRequest; result: Watch };
  /** Trains, measures and compares the runs of an experiment, and judges its claims. */
  experiment: { request: ExperimentRequest; result: ExperimentReport };
  /** Architecture and parameter table, without data. */
  describe: {
    request: { checkpoint: string } & Pick<AnalyzeRequest, 'model' | 'weights'>;
    result: CheckpointSummary;
  };
  /** What is inside of files, without data. */
  show: { request: ShowRequest; result: ShownContents };
  /** Hash of a checkpoint or data file with all files that belong to it, for the report store. */
  hash: {
    request: {
      path: string;
      sampleWeights?: SampleWeights | undefined;
      /** The architecture of weights alone, whose bytes are then hashed too. */
      model?: string | undefined;
    };
    result: HashedFiles;
  };
  /** Writes what a person's own Python is given of weights alone and of their data. */
  handOver: { request: HandOverRequest; result: HandedOver };
  /** What data files hold, by their headers. */
  headers: { request: { files: readonly string[] }; result: DataHeaders[] };
  /** What a data file holds, before anything is computed, or what must be said of it first. */
  preview: {
    request: {
      data: string;
      checkpoint?: string | undefined;
      /** What was said already. */
      choices: DataChoices & Pick<AnalyzeRequest, 'model' | 'weights'>;
    };
    result: DataPreview;
  };
  /** Whether a checkpoint can be measured on data, with the loss on a few rows of them. Throws what does not fit. */
  tryData: { request: AnalyzeRequest; result: DataTrial };
  /** How long `analyze` or `interpolate` would take, from a few timed products or passes. The loss, which comes first, streams. */
  estimate: { request: AnalyzeRequest | InterpolateRequest; result: CostEstimate };
  /** How long a run of an experiment would take, from its first seconds, and to measure its end. */
  estimateRun: { request: RunCostRequest; result: CostEstimate };
  /** What processes elsewhere can do of a comparison. */
  planTasks: { request: CompareRequest; result: PlannedTasks };
  /** The same of an experiment: its runs. */
  planRuns: { request: ExperimentRequest; result: PlannedTasks };
  /** The next of the steps that processes elsewhere can do of pictures; the last where all are done. */
  planPictures: { request: SurfaceRequest; result: PlannedTasks };
  /** Does one of these, unless its result is kept already; gives whether it was not. */
  runTask: { request: RunTaskRequest; result: { readonly isNew: boolean } };
  /** Has the tasks of a job done by other processes, and waits for them. */
  elsewhere: { request: ElsewhereRequest; result: DoneElsewhere };
  /** Where a job can be done besides here, and what it takes here. */
  places: { request: ElsewhereRequest['job']; result: Places };
  /** Cancels those that a scheduler knows by a name. */
  cancelElsewhere: { request: { readonly name: string }; result: void };
}
export type EngineMethod = keyof EngineRequests;

/** What streams while a method works: its result as far as it has come, but of an estimate. */
export type PartialOf<M extends EngineMethod> = M extends 'estimate'
  ? Report
  : Extract<EngineRequests[M]['result'], JobDocument>;

/** What `rescale` is asked to do: the settings of an analysis, and how far each layer's weights are scaled. */
export type RescaleRequest = AnalyzeRequest & {
  readonly factor: number;
  /** A seeded factor of its own for each neuron, between 1/factor and factor. */
  readonly neurons?: boolean | undefined;
};

/** What streams while a job runs: what it will end with, as far as it has come. */
export type JobDocument = Report | History | Comparison | ExperimentReport | Surface | Watch;

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

/** A data file as a person is shown it before it is used, in words. */
export interface DataPreview {
  readonly format: string;
  /** "60,000 rows of 28 × 28 bytes, 10,000 for the test". */
  readonly size: string;
  /** The first rows. */
  readonly rows: readonly { readonly inputs: string; readonly label: string }[];
  /** How often each label occurs, or the range of targets. */
  readonly labels: string;
  /** What was inferred of the file; where something must be said first, the sentence that asks for it. */
  readonly notes: readonly string[];
  /** What the file does not say. */
  readonly ask?:
    | { readonly what: 'target'; readonly columns: readonly string[] }
    | { readonly what: 'window' | 'size' }
    | undefined;
}

/** How inputs may go into a network, and how well it knows them so. */
export interface ScalingTrial {
  readonly name: string;
  /** As `input` in `landscape.json` states it; fractions as text. */
  readonly input: {
    readonly scale: number | string;
    readonly mean?: readonly number[];
    readonly std?: readonly number[];
  };
  readonly loss: number;
  /** Where the loss has classes. */
  readonly accuracy?: number;
  /** Set where the network does no better so than guessing: a sentence. */
  readonly guessing?: string;
}

/** The loss of a checkpoint on a few training rows, as they go in. */
export interface DataTrial {
  readonly rows: number;
  readonly loss: number;
  readonly accuracy?: number;
  /** Other ways for them to go in, where they are bytes that nothing scales. */
  readonly ways?: readonly ScalingTrial[];
  /** The same of them as they go in. */
  readonly guessing?: string;
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

/** A run of an experiment, by its folder there. */
export interface RunCostRequest {
  readonly experiment: ExperimentRequest;
  readonly run: string;
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
