export type BackendName = 'onnxruntime' | 'webgpu' | 'cuda' | 'tensorflow' | 'wasm' | 'cpu' | 'reference';

/** Those that compute on a graphics processor: one lane serves it, and it may be lost. */
export const isDevice = (name: string): boolean => name === 'webgpu' || name === 'cuda';

/** Which backends to try, in order, and with what. */
export interface BackendChoice {
  readonly names: readonly BackendName[];
  readonly threads: number;
  /** Where to find @tensorflow/tfjs-node if it is not beside us. */
  readonly tensorflowPath?: string;
}

/** What `auto` means: the native runtime, then TensorFlow's own library, then what runs everywhere. */
export const AUTOMATIC: readonly BackendName[] = ['onnxruntime', 'tensorflow', 'wasm', 'cpu'];
