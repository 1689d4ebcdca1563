import type { BackendChoice } from '../../backends/choice';
import type { Augmentation } from '../../contract/run-file';
import type { Opened } from '../../lanes/protocol';
import type { PackedPart } from '../../lanes/packed-program';
import type { AugmentationFacts } from '../augmentation/create';
import type { StepProgram } from '../step-program';

/** Flat vectors by name: `theta`, `state`, `slot/NAME`, `average`, `total`. */
export type Vectors = Readonly<Record<string, Float32Array | Float64Array>>;

/** One array of the training data by its port (`x/0`, `y`, `w`): every row has `width` numbers. */
export interface HeldColumn {
  readonly port: string;
  readonly width: number;
  readonly dtype: 'float' | 'int32';
}

/** Rows of one batch for one program. */
export interface BatchOrder {
  readonly program: string;
  /** Which of the held rows; at most as many as the program takes. */
  readonly rows: Int32Array;
  /** What each of them weighs in the step's loss. */
  readonly weight: number;
}

/** A step of a program of whole steps. */
export interface WholeStep {
  /** Counted from 0: random numbers are drawn by it. */
  readonly step: number;
  readonly rows: Int32Array;
  readonly weight: number;
  /** The optimizer's scalars by name. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** Steps to take: some at once by a program that takes as many, or one by several batches and then `apply`. */
export type StepOrder =
  | { readonly kind: 'whole'; readonly program: string; readonly steps: readonly WholeStep[] }
  | {
      readonly kind: 'parts';
      readonly step: number;
      readonly batches: readonly BatchOrder[];
      readonly apply: string;
      readonly scalars: Readonly<Record<string, number>>;
    };

/** How rows are changed before they are fed. */
export interface AugmentationOrder extends AugmentationFacts {
  readonly settings: Augmentation;
}

/** What a training lane is asked; every request gets one reply, in order. */
export type TrainingRequest =
  | {
      readonly type: 'open';
      readonly choice: BackendChoice;
      readonly seed: number;
      /** The most batches that a step has: keeps the draws of steps apart. */
      readonly mostBatches: number;
      /** The tensors behind each flat vector. */
      readonly vectors: Readonly<Record<string, readonly PackedPart[]>>;
    }
  | {
      readonly type: 'data';
      readonly rows: number;
      readonly columns: readonly HeldColumn[];
      readonly augmentation?: AugmentationOrder;
    }
  /** Some of the rows announced by `data`, from a place on. */
  | {
      readonly type: 'rows';
      readonly from: number;
      /** In the order of the columns. */
      readonly values: readonly (Float64Array | Float32Array | Int32Array)[];
    }
  | { readonly type: 'program'; readonly key: string; readonly program: StepProgram }
  | { readonly type: 'restore'; readonly vectors: Vectors }
  | { readonly type: 'steps'; readonly orders: readonly StepOrder[] }
  | { readonly type: 'snapshot'; readonly names: readonly string[] }
  | { readonly type: 'statistics'; readonly batches: readonly BatchOrder[] };

export interface TrainingReplies {
  open: Opened;
  data: undefined;
  rows: undefined;
  program: undefined;
  restore: undefined;
  /** The loss of each step; those after the first that is not finite are left out. */
  steps: { readonly losses: Float64Array; readonly seconds: number };
  snapshot: Vectors;
  /** Statistics by tensor name, the mean over the batches. */
  statistics: Readonly<Record<string, Float64Array>>;
}
