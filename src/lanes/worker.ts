import type { Backend, Executable, Feeds, TensorData } from '../backends/backend';
import { AUTOMATIC, type BackendChoice, isDevice } from '../backends/choice';
import { UserError, messageOf } from '../core/errors';
import { createBackend } from '../backends/create';
import { HUGE, LARGE } from '../core/large';
import { collectGarbage } from '../machine/collect-garbage';
import { cutInputs } from './columns';
import type { PackedProgram, PackedPart } from './packed-program';
import { CompiledPrograms } from './compiled';
import { COMPILED_BYTES, asMemoryError } from './lane-memory';
import { KeptParts } from './kept';
import { partOf } from './ports';
import type {
  ByteInput,
  ChunkResult,
  ChunkValues,
  LaneReplies,
  LaneReply,
  LaneRequest,
  Placed,
  Values,
} from './protocol';
import { replyOf } from './lane';

type Handlers = {
  readonly [T in LaneRequest['type']]: (
    request: Extract<LaneRequest, { type: T }>,
  ) => Promise<LaneReplies[T]>;
};

/** What a lane does: holds a backend, compiled programs, its share of the data, and runs one chunk at a time. */
export class LaneWorker {
  private backend: Backend | undefined;
  /** What it was opened by. */
  private choice: BackendChoice | undefined;
  private readonly programs = new CompiledPrograms(
    COMPILED_BYTES,
    (program) => this.compiled(program),
    (key) => this.kept.forget(key),
  );
  private readonly chunks = new Map<string, ChunkValues>();
  private readonly vectors = new Map<string, Float32Array | Float64Array>();
  /** Numbers that came as bytes and are held as floats. */
  private floatsHeld = 0;
  private sums: Record<string, Float64Array> = {};
  private kept = new KeptParts(0);
  /** A graphics processor that failed, with the operators that it had. */
  private lost: { readonly nodes: number; readonly message: string } | undefined;
  /** Of the program that ran last. */
  private places: { readonly program: string; readonly feeds: Feeds } | undefined;

  /** @param residentBytes what this process holds, where it is the lane's own. */
  constructor(
    private readonly residentBytes = (): number => process.memoryUsage.rss(),
    private readonly create = createBackend,
  ) {}

  private readonly handlers: Handlers = {
    open: async ({ choice, keptBytes }) => {
      const backend = await this.backendOf(choice);
      this.backend = backend;
      this.choice = choice;
      this.lost = undefined;
      this.kept = new KeptParts(keptBytes);
      return { backend: backend.name, precision: backend.precision, versions: backend.versions };
    },
    program: async ({ key, program }) => {
      await this.wherePossible(() => this.programs.define(key, program));
      return undefined;
    },
    chunk: ({ key, chunk }) => {
      if (this.chunks.has(key)) this.kept.clear();
      this.chunks.set(key, this.held({ ...chunk, values: this.converted(chunk.values) }));
      return Promise.resolve(undefined);
    },
    vectors: ({ values }) => {
      this.hold(values);
      return Promise.resolve(undefined);
    },
    run: (request) => this.wherePossible(() => this.run(request)),
    collect: () => {
      const { sums } = this;
      this.sums = {};
      const { placed } = this;
      return Promise.resolve({
        sums,
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
        ...(placed ? { placed } : {}),
      });
    },
    rest: async () => {
      this.chunks.clear();
      this.vectors.clear();
      this.kept.clear();
      this.sums = {};
      this.places = undefined;
      this.floatsHeld = 0;
      await this.programs.rest();
      return { residentBytes: this.residentBytes() };
    },
  };

  /** Answers one request; failures are replies too. */
  handle(request: LaneRequest): Promise<LaneReply> {
    const handler = this.handlers[request.type] as (request: LaneRequest) => Promise<unknown>;
    return replyOf(() => handler(request));
  }

  /** The backend that is there where it is what would be chosen, with all that it has compiled. */
  private async backendOf(choice: BackendChoice): Promise<Backend> {
    const { backend } = this;
    const { threads, tensorflowPath } = this.choice ?? {};
    if (
      backend &&
      choice.names.some((name) => name === backend.name) &&
      threads === choice.threads &&
      tensorflowPath === choice.tensorflowPath
    )
      return backend;
    await this.programs.clear();
    return this.create(choice);
  }

  private get onDevice(): boolean {
    return isDevice(this.backend?.name ?? '');
  }

  private get placed(): Placed | undefined {
    const { lost } = this;
    const { nodes } = this.programs;
    if (lost) return { device: lost.nodes, processor: nodes, lost: lost.message };
    return this.onDevice ? { device: nodes, processor: 0 } : undefined;
  }

  /** Work of a program. What a graphics processor fails at is done on the processor instead, and all that follows. */
  private async wherePossible<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!this.onDevice || error instanceof UserError) throw error;
      this.lost = { nodes: this.programs.nodes, message: messageOf(error) };
      this.programs.abandon();
      this.kept.clear();
      this.backend = await this.create({ ...this.choice!, names: AUTOMATIC });
      return work();
    }
  }

  private compiled(program: PackedProgram): Promise<Executable> {
    if (!this.backend) throw new Error('a lane was given a program before it was opened');
    // Only products with vectors are run again at one point; what they would keep of many weights is too much.
    const isProduct = program.program.inputs.some(({ name }) => partOf(name) === 'vectors');
    const keeps = isProduct && parametersOf(program) <= LARGE;
    return this.backend.compile(program.program, keeps ? partOf : undefined);
  }

  private hold(vectors: Values): void {
    if (Object.values(vectors).some(({ length }) => length > HUGE)) collectGarbage();
    for (const [name, data] of Object.entries(this.converted(vectors)))
      this.vectors.set(name, data as Float32Array | Float64Array);
    this.kept.changed(Object.keys(vectors));
  }

  /** Floats in the backend's precision once, when they arrive. */
  private converted(values: Values): Values {
    if (this.backend?.precision === 'float64') return values;
    return Object.fromEntries(
      Object.entries(values).map(([name, data]) => [
        name,
        data instanceof Float64Array ? new Float32Array(data) : data,
      ]),
    );
  }

  /** A chunk as it is held: bytes are floats from the start as long as there are few of them. */
  private held(chunk: ChunkValues): ChunkValues {
    const size = Object.values(chunk.bytes).reduce((sum, { data }) => sum + data.length, 0);
    if (size === 0 || this.floatsHeld + size > MOST_FLOATS) return chunk;
    this.floatsHeld += size;
    return { values: { ...this.fed(chunk) }, bytes: {} };
  }

  /** What a chunk feeds: bytes become floats, in the backend's precision, when they are first read. */
  private fed({ values, bytes }: ChunkValues): Values {
    const feeds = { ...values };
    for (const [port, input] of Object.entries(bytes)) {
      let floats: Float32Array | Float64Array | undefined;
      const get = () => (floats ??= this.decoded(input, values.weights.length));
      Object.defineProperty(feeds, port, { get, enumerable: true });
    }
    return feeds;
  }

  private decoded(
    { scaling, rearrangement, ...column }: ByteInput,
    count: number,
  ): Float32Array | Float64Array {
    const rows = Int32Array.from({ length: count }, (_, i) => i);
    return cutInputs(column, rows, count, { scaling, rearrangement, out: this.floats(column.data.length) });
  }

  private floats(length: number): Float32Array | Float64Array {
    return this.backend?.precision === 'float64' ? new Float64Array(length) : new Float32Array(length);
  }

  private async run(request: Extract<LaneRequest, { type: 'run' }>): Promise<ChunkResult> {
    const chunk = this.chunks.get(request.chunk);
    if (!chunk) throw new Error(`a lane does not hold ${request.chunk}`);
    if (request.vectors) this.hold(request.vectors);
    const { executable, shape, bytes } = await this.programs.get(request.program);
    const keeper = this.kept.keeper(request.program, request.chunk);
    const feeds = Object.assign(this.fed(chunk), this.unpacked(shape));
    const into = request.accumulate ? this.placesFor(request.program, shape) : {};
    const outputs = await executable.run(feeds, keeper, into).catch((error: unknown) => {
      throw this.onDevice ? error : asMemoryError(error, bytes);
    });
    const named = new Map(shape.program.outputs.map(({ name }, i) => [name, outputs[i]] as const));
    const rows = Object.fromEntries(
      shape.rows.map((name) => {
        const values = named.get(name)!;
        const width = values.length / chunk.values.weights.length;
        return [name, floatsOf(values).slice(0, request.validRows * width)];
      }),
    );
    if (request.accumulate) {
      for (const [name, parts] of Object.entries(shape.sums)) this.accumulate(name, parts, named);
      return { sums: {}, rows };
    }
    const sums = Object.fromEntries(
      Object.entries(shape.sums).map(([name, parts]) => [name, joined(parts, named)] as const),
    );
    return { sums, rows };
  }

  /** Memory that a program's long sums are written to, the same for every chunk: what is made anew is not given back at once. */
  private placesFor(program: string, { sums, vectors }: PackedProgram): Feeds {
    if (parametersOf({ vectors }) <= HUGE || this.backend?.precision !== 'float32') return {};
    if (this.places?.program !== program) {
      const parts = Object.values(sums).flat();
      const feeds = Object.fromEntries(parts.map(({ port, length }) => [port, new Float32Array(length)]));
      this.places = { program, feeds };
    }
    return this.places.feeds;
  }

  private unpacked(shape: PackedProgram): Feeds {
    const feeds: Record<string, TensorData> = {};
    for (const [name, parts] of Object.entries(shape.vectors)) {
      const flat = this.vectors.get(name);
      for (const { port, offset, length } of parts) {
        if (!flat) throw new Error(`a lane was not given ${name}`);
        feeds[port] = flat.subarray(offset, offset + length);
      }
    }
    return feeds;
  }

  private accumulate(
    name: string,
    parts: readonly PackedPart[],
    named: ReadonlyMap<string, TensorData>,
  ): void {
    const sum = (this.sums[name] ??= new Float64Array(parts.reduce((total, part) => total + part.length, 0)));
    for (const { port, offset } of parts) {
      const values = named.get(port)!;
      for (let i = 0; i < values.length; i++) sum[offset + i] += values[i];
    }
  }
}

/** Some 64 MiB, chunks that were replaced counted too: floats need not be made at every run, and a large set stays in bytes. */
const MOST_FLOATS = 2 ** 24;

const parametersOf = ({ vectors }: Pick<PackedProgram, 'vectors'>): number =>
  (vectors.theta ?? []).reduce((sum, { length }) => sum + length, 0);

/** Programs give whole numbers for indices only, which no row of a result is. */
const floatsOf = (values: TensorData): Float32Array | Float64Array =>
  values instanceof Int32Array ? Float64Array.from(values) : values;

/** The parts of a flat vector, side by side, in the precision they have. */
function joined(
  parts: readonly PackedPart[],
  named: ReadonlyMap<string, TensorData>,
): Float32Array | Float64Array {
  const length = parts.reduce((total, part) => total + part.length, 0);
  const exact = parts.some(({ port }) => named.get(port) instanceof Float64Array);
  const flat = exact ? new Float64Array(length) : new Float32Array(length);
  for (const { port, offset } of parts) flat.set(named.get(port)!, offset);
  return flat;
}
