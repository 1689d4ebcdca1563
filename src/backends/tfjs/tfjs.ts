import type { Program } from '../../autodiff/program';
import { UserError } from '../../core/errors';
import type { Backend, Executable } from '../backend';
import { TfjsExecutable } from './executable';
import { type Library, loadCpu, loadWasm } from './libraries';
import { loadNative } from './native-library';

export type TfjsName = 'tensorflow' | 'wasm' | 'cpu';

/** WebAssembly addresses 4 GB; past them its allocator answers 0 and overwrites other tensors without an error. */
const WASM_BYTES = 3.5e9;

/** Programs interpreted on TensorFlow.js's forward kernels, in float32. */
export class TfjsBackend implements Backend {
  readonly precision = 'float32';

  private constructor(
    readonly name: TfjsName,
    private readonly library: Library,
  ) {}

  get versions(): Readonly<Record<string, string>> {
    return this.library.versions;
  }

  /** Loads the library. Throws {@link UserError} when `tensorflow` is not where it was looked for. */
  static async open(name: TfjsName, options: { tensorflowPath?: string }): Promise<TfjsBackend> {
    const loaders = { tensorflow: () => loadNative(options.tensorflowPath), wasm: loadWasm, cpu: loadCpu };
    return new TfjsBackend(name, await loaders[name]());
  }

  compile(program: Program): Promise<Executable> {
    return TfjsExecutable.create(program, {
      tf: this.library.tf,
      backend: this.name,
      // The fast product on wasm takes none, and a transpose is far cheaper than the slow one.
      explicitTransposes: this.name === 'wasm',
      checkMemory: this.name === 'wasm' ? checkWasmMemory : () => undefined,
    });
  }
}

function checkWasmMemory(bytes: number): void {
  if (bytes > WASM_BYTES)
    throw new UserError(
      'This network does not fit into the 4 GB of WebAssembly: analyze fewer samples, or use another backend.',
    );
}
