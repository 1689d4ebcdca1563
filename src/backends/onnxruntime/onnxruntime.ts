import { ort } from './runtime';
import type { DType } from '../../autodiff/graph';
import type { Program } from '../../autodiff/program';
import { type Shape, shapeText } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import type { Backend, Executable, Feeds, Keeper, Kept, Part, TensorData } from '../backend';
import { blockSize } from './blocked/probe';
import { blockedOps } from './blocked/table';
import { standardOps } from './emit/table';
import { CUDA_SESSION, assertCuda } from './cuda/adapter';
import { WEBGPU_SESSION, assertAdapter } from './webgpu/adapter';
import { webgpuOps } from './webgpu/table';
import { Emission, type LayoutTable, inputName } from './emission';
import { packed, unbundled, unpacked } from './bundles';
import type { ModelPart } from './model-builder';

export interface OnnxRuntimeOptions {
  /** Threads that share the work of one operator. */
  readonly threads: number;
  /** In blocks of channels where the machine has fast kernels for them (the default), or by standard operators. */
  readonly convolution?: 'blocked' | 'standard';
  /** Which of the runtime's providers computes: its own kernels on the processor (the default), WebGPU, or CUDA. */
  readonly device?: 'cpu' | 'webgpu' | 'cuda';
}

/** How a device's models are written and opened. */
interface Dialect {
  readonly name: 'onnxruntime' | 'webgpu' | 'cuda';
  readonly table: LayoutTable;
  readonly session: ort.InferenceSession.SessionOptions;
  /** What the report says of it. */
  readonly convolution: string;
}

async function dialectOf({ convolution, device }: OnnxRuntimeOptions): Promise<Dialect> {
  if (device === 'webgpu') {
    await assertAdapter();
    return { name: 'webgpu', table: webgpuOps, session: WEBGPU_SESSION, convolution: 'standard' };
  }
  if (device === 'cuda') {
    await assertCuda();
    // The same operators: all that WebGPU has CUDA has.
    return { name: 'cuda', table: webgpuOps, session: CUDA_SESSION, convolution: 'standard' };
  }
  const block = convolution === 'standard' ? undefined : await blockSize();
  return block === undefined
    ? { name: 'onnxruntime', table: standardOps, session: {}, convolution: 'standard' }
    : { name: 'onnxruntime', table: blockedOps(block), session: {}, convolution: `blocked ${block}` };
}

interface Port {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

interface FedInput extends Port {
  /** What it changes with. */
  readonly part: Part;
}

/**
 * ONNX Runtime in float32, on the processor or by WebGPU. A program becomes one model and one session. A run blocks the thread that asks
 * for it and cannot be interrupted, so this lives in a lane: a child process that may be killed.
 */
export class OnnxRuntimeBackend implements Backend {
  readonly name: string;
  readonly precision = 'float32';
  readonly versions: Readonly<Record<string, string>>;

  private constructor(
    private readonly threads: number,
    private readonly dialect: Dialect,
  ) {
    this.name = dialect.name;
    this.versions = {
      'onnxruntime-node': ort.env.versions.node ?? 'unknown',
      convolution: dialect.convolution,
    };
  }

  /**
   * Asks the machine for its block size, or for a graphics processor. That the native library loads at all shows when
   * this module is imported.
   */
  static async open(options: OnnxRuntimeOptions): Promise<OnnxRuntimeBackend> {
    return new OnnxRuntimeBackend(options.threads, await dialectOf(options));
  }

  async compile(program: Program, partOf?: (input: string) => Part): Promise<Executable> {
    const open = async (cut?: (input: string) => Part): Promise<Sessions> => {
      const { parts, outputs } = new Emission(program).run(this.dialect.table, cut);
      const created = parts.map(async (part) => ({
        ...part,
        session: await this.createSession(part.bytes),
        fed: unbundled(part.inputs, part.taken),
        own: unbundled(part.outputs, part.given),
      }));
      return { parts: await Promise.all(created), outputs };
    };
    const inputs = program.inputs.map(({ name, node }) => {
      const { shape, dtype } = program.nodes[node];
      return { name, shape, dtype, part: partOf?.(name) ?? 'all' };
    });
    const outputs = program.outputs.map(({ name, node }) => ({ name, ...program.nodes[node] }));
    return new OnnxRuntimeExecutable(inputs, outputs, await open(partOf), partOf ? open : undefined);
  }

  private createSession(bytes: Uint8Array): Promise<ort.InferenceSession> {
    return ort.InferenceSession.create(bytes, {
      ...this.dialect.session,
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // The model is written as it shall run; optimizing again only takes time.
      graphOptimizationLevel: 'disabled',
      enableMemPattern: false,
      logSeverityLevel: 4,
    });
  }
}

/** The values that one part hands on, as the runtime gave them. */
class KeptTensors implements Kept {
  constructor(readonly tensors: Readonly<Record<string, ort.Tensor>>) {}

  get bytes(): number {
    return Object.values(this.tensors).reduce(
      (sum, { data }) => sum + (data as Float32Array | Int32Array).byteLength,
      0,
    );
  }
}

interface PartSession extends ModelPart {
  readonly session: ort.InferenceSession;
  /** The values that have ports of their own. */
  readonly fed: readonly string[];
  readonly own: readonly string[];
}

/** A program's sessions in order of evaluation, and the names of its outputs. */
interface Sessions {
  readonly parts: readonly PartSession[];
  readonly outputs: readonly string[];
}

class OnnxRuntimeExecutable implements Executable {
  private whole: Sessions | undefined;
  private readonly inputs: ReadonlyMap<string, FedInput>;

  /** `openWhole` makes the sessions of the program uncut, where `cut` are in parts. */
  constructor(
    inputs: readonly FedInput[],
    private readonly outputs: readonly Port[],
    private readonly cut: Sessions,
    private readonly openWhole?: () => Promise<Sessions>,
  ) {
    this.inputs = new Map(inputs.map((input) => [inputName(input.name), input] as const));
  }

  async run(feeds: Feeds, keeper?: Keeper, into: Feeds = {}): Promise<TensorData[]> {
    const values: Record<string, ort.Tensor> = {};
    const valueOf = (name: string): ort.Tensor => (values[name] ??= this.tensorFed(name, feeds));
    const isWhole = this.openWhole !== undefined && !keeper?.hasRoom;
    const sessions = isWhole ? (this.whole ??= await this.openWhole()) : this.cut;
    const lasting = new Set<string>();
    const places = this.placesFor(sessions, into);
    for (const session of sessions.parts) {
      const { part } = session;
      const known = keeper?.recall(part);
      const given =
        known instanceof KeptTensors
          ? known
          : new KeptTensors({
              ...(await runPart(session, valueOf, places)),
              ...(part === 'chunk' && keeper ? this.chunkFeeds(sessions, valueOf) : {}),
            });
      if (part !== 'all' && known !== given) keeper?.keep(part, given);
      for (const [name, tensor] of Object.entries(given.tensors)) {
        values[name] = tensor;
        if (part !== 'all') lasting.add(name);
      }
    }
    return sessions.outputs.map((name, i) => {
      const data = valueOf(name).data as Float32Array | Int32Array;
      // Two outputs may be one value, and one may be kept; what is handed out belongs to the caller.
      return sessions.outputs.indexOf(name) === i && !lasting.has(name) ? data : data.slice();
    });
  }

  private tensorFed(name: string, feeds: Feeds): ort.Tensor {
    const input = this.inputs.get(name)!;
    return tensorOf(input, feeds[input.name]);
  }

  /** What the last part reads of a chunk's own data: kept with what was computed of it, for making it may take time. */
  private chunkFeeds({ parts }: Sessions, valueOf: (name: string) => ort.Tensor): Record<string, ort.Tensor> {
    const read = parts.find(({ part }) => part === 'all')?.inputs ?? [];
    const fed = read.filter((name) => this.inputs.get(name)?.part === 'chunk');
    return Object.fromEntries(fed.map((name) => [name, valueOf(name)]));
  }

  /** The memory offered for outputs, by the names of the values that shall be written there. */
  private placesFor({ outputs }: Sessions, into: Feeds): Record<string, ort.Tensor> {
    const places: Record<string, ort.Tensor> = {};
    this.outputs.forEach((output, i) => {
      const data = into[output.name];
      // Of two outputs that are one value only the first gets it in place.
      if (data && outputs.indexOf(outputs[i]) === i) places[outputs[i]] = tensorOf(output, data);
    });
    return places;
  }

  get nodes(): number {
    return this.opened.reduce((sum, part) => sum + part.nodes, 0);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.opened.map(({ session }) => session.release()));
  }

  private get opened(): readonly PartSession[] {
    return [...this.cut.parts, ...(this.whole?.parts ?? [])];
  }
}

/** The values that a part gives, by name. */
async function runPart(
  { session, fed, own, taken, given }: PartSession,
  valueOf: (name: string) => ort.Tensor,
  places: Readonly<Record<string, ort.Tensor>>,
): Promise<Record<string, ort.Tensor>> {
  const feeds = Object.fromEntries([
    ...fed.map((name) => [name, valueOf(name)] as const),
    ...taken.map((bundle) => [bundle.name, packed(bundle, valueOf)] as const),
  ]);
  const asked = Object.fromEntries([
    ...own.map((name) => [name, places[name] ?? null] as const),
    ...given.map(({ name }) => [name, null] as const),
  ]);
  const values = await session.run(feeds, asked);
  const alone = own.map((name) => [name, values[name]] as const);
  const bundled = given.flatMap((bundle) => unpacked(bundle, values[bundle.name], places));
  return Object.fromEntries([...alone, ...bundled]);
}

function tensorOf({ name, shape, dtype }: Port, data: TensorData | undefined): ort.Tensor {
  if (data === undefined) throw new Error(`the program's input "${name}" was not fed`);
  if (data.length !== sizeOf(shape))
    throw new Error(`the input "${name}" takes ${shapeText(shape)}, not ${data.length} values`);
  if ((dtype === 'int32') !== data instanceof Int32Array)
    throw new Error(`the input "${name}" takes ${dtype === 'int32' ? 'int32' : 'floats'}`);
  if (data instanceof Int32Array) return new ort.Tensor('int32', data, shape);
  return new ort.Tensor('float32', data instanceof Float32Array ? data : Float32Array.from(data), shape);
}
