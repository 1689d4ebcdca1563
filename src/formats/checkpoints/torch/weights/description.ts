import type { TorchType } from '../element-types';
import type { ModuleTree } from '../modules/tree';
import type { PlainValue } from './hyper-parameters';

/** A tensor of a file of weights. */
export interface StoredWeight {
  readonly type: TorchType;
  readonly shape: readonly number[];
  /** Undefined where the file does not say whether training moves it. */
  readonly learned: boolean | undefined;
  /** Tensors of one place in memory have one identity: they are one parameter. */
  readonly identity: string;
  readonly data: Float32Array | Float64Array;
}

/** Weights without the network they belong to: tensors by name, as `state_dict()` gives them. */
export interface StoredWeights {
  readonly format: 'torch-weights';
  readonly name: string;
  /** What kind of file it is, for a person: `PyTorch weights`, `safetensors`. */
  readonly kind: string;
  /** Where in the file they stood, `model_ema`; '' at the top. */
  readonly set: string;
  readonly tensors: ReadonlyMap<string, StoredWeight>;
  /** Tensors whose numbers are not read, with the reason: quantized, sparse, of eight bits. */
  readonly unread: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
  /** What the file says the network was made with; left out where it says nothing. */
  readonly hyperParameters?: Readonly<Record<string, PlainValue>>;
  /** The module that they stood in, where the file holds it whole: its classes and settings, and nothing of its code. */
  readonly module?: ModuleTree;
  /** Whose names they have, `like those of torchvision's VGG`, and why they are not that network's. */
  readonly nearest?: { readonly family: string; readonly reason: string };
}
