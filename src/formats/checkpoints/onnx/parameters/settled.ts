import type { OnnxNode, OnnxTensor, TensorOrigin } from '../description';

/** A graph before it is settled which of its tensors are parameters. */
export interface Unsettled {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
}

/** The same network with what its exporter changed put back as far as the file tells it. */
export interface Settled extends Unsettled {
  /** What is known of each tensor; what is in none of them is told by its use. */
  readonly origins: ReadonlyMap<string, TensorOrigin>;
  readonly notes: readonly string[];
  /** Does the exporter say what each tensor was, so that nothing is guessed? */
  readonly told: boolean;
}

/** The one line that exports a network of PyTorch with its own parameters. */
export const EXPORTS_WHOLE = 'torch.onnx.export(..., dynamo=True, optimize=False) exports it whole.';

/** Some names of many, for a sentence. */
export function listed(names: readonly string[], most = 12): string {
  const rest = names.length - most;
  return rest > 1 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
