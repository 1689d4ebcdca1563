import type { Backend, Executable, TensorData } from '../../backends/backend';
import { createBackend } from '../../backends/create';
import { replyOf } from '../../lanes/lane';
import type { LaneReply } from '../../lanes/protocol';
import type { PackedPart } from '../../lanes/packed-program';
import { random } from '../../core/random';
import type { Augment } from '../augmentation/augment';
import { createAugmentation } from '../augmentation/create';
import { type Draw, portOf } from '../step-batch';
import type { StepProgram } from '../step-program';
import { streams } from '../../core/random-streams';
import { HeldRows } from './held-rows';
import type { BatchOrder, StepOrder, TrainingReplies, TrainingRequest, Vectors } from './protocol';
import { ROW_PORTS, inputPort } from '../../lanes/ports';

/** A tensor that programs read and write anew: the old value and the memory for the next take turns. */
interface Kept {
  current: TensorData;
  spare: TensorData;
}

/** A compiled program with the memory of what it is fed besides kept tensors. */
interface Compiled {
  readonly executable: Executable;
  readonly outputs: readonly string[];
  readonly keptInputs: readonly string[];
  readonly keptOutputs: readonly string[];
  readonly step: StepProgram;
  readonly own: Record<string, TensorData>;
  readonly draws: readonly (readonly (Draw & { readonly values: Float32Array | Float64Array })[])[];
}

type Handlers = {
  readonly [T in TrainingRequest['type']]: (
    request: Extract<TrainingRequest, { type: T }>,
  ) => Promise<TrainingReplies[T]>;
};

/** What a training lane does: holds data, parameters, slots and statistics, and takes steps in native code. */
export class TrainingWorker {
  private backend: Backend | undefined;
  private seed = 0;
  private mostBatches = 1;
  private vectors: Readonly<Record<string, readonly PackedPart[]>> = {};
  private readonly kept = new Map<string, Kept>();
  private readonly programs = new Map<string, Compiled>();
  private data: HeldRows | undefined;
  private augment: Augment | undefined;

  private readonly handlers: Handlers = {
    open: async ({ choice, seed, mostBatches, vectors }) => {
      const backend = await createBackend(choice);
      this.backend = backend;
      this.seed = seed;
      this.mostBatches = mostBatches;
      this.vectors = vectors;
      for (const { port, length } of Object.values(vectors).flat())
        this.kept.set(port, { current: this.floats(length), spare: this.floats(length) });
      return { backend: backend.name, precision: backend.precision, versions: backend.versions };
    },
    data: ({ rows, columns, augmentation }) => {
      this.data = new HeldRows(rows, columns, (length) => this.floats(length));
      if (augmentation) {
        const { settings, ...facts } = augmentation;
        this.augment = createAugmentation(settings, facts);
      }
      return Promise.resolve(undefined);
    },
    rows: ({ from, values }) => {
      this.held.fill(from, values);
      return Promise.resolve(undefined);
    },
    program: async ({ key, program }) => {
      this.programs.set(key, await this.compiled(program));
      return undefined;
    },
    restore: ({ vectors }) => {
      for (const [name, values] of Object.entries(vectors))
        for (const { port, offset, length } of this.partsOf(name))
          this.kept.get(port)!.current.set(values.subarray(offset, offset + length));
      return Promise.resolve(undefined);
    },
    steps: async ({ orders }) => {
      const started = performance.now();
      const losses: number[] = [];
      for (const order of orders) {
        losses.push(...(await this.take(order)));
        const diverged = losses.findIndex((loss) => !Number.isFinite(loss));
        if (diverged < 0) continue;
        losses.length = diverged + 1;
        break;
      }
      return { losses: Float64Array.from(losses), seconds: (performance.now() - started) / 1000 };
    },
    snapshot: ({ names }) => Promise.resolve(this.snapshot(names)),
    statistics: ({ batches }) => this.statistics(batches),
  };

  /** Answers one request; failures are replies too. */
  handle(request: TrainingRequest): Promise<LaneReply> {
    const handler = this.handlers[request.type] as (request: TrainingRequest) => Promise<unknown>;
    return replyOf(() => handler(request));
  }

  private get held(): HeldRows {
    if (!this.data) throw new Error('a training lane was given no data');
    return this.data;
  }

  private floats(length: number): Float32Array | Float64Array {
    return this.backend?.precision === 'float64' ? new Float64Array(length) : new Float32Array(length);
  }

  private partsOf(name: string): readonly PackedPart[] {
    const parts = this.vectors[name];
    if (!parts) throw new Error(`a training lane does not hold ${name}`);
    return parts;
  }

  private async compiled(step: StepProgram): Promise<Compiled> {
    if (!this.backend) throw new Error('a training lane was given a program before it was opened');
    const { program, rows, steps } = step;
    const own: Record<string, TensorData> = {};
    for (let k = 0; rows > 0 && k < steps; k++) {
      for (const [name, data] of Object.entries(this.held.buffers(rows))) own[portOf(k, name)] = data;
      own[portOf(k, ROW_PORTS.shares)] = this.floats(rows);
    }
    const draws = step.draws.map((each) => each.map((draw) => ({ ...draw, values: this.floats(draw.size) })));
    for (const { port, values } of draws.flat()) own[port] = values;
    for (const { name } of program.inputs) if (name.includes('/scalar/')) own[name] = this.floats(1);
    return {
      executable: await this.backend.compile(program),
      outputs: program.outputs.map(({ name }) => name),
      keptInputs: program.inputs.map(({ name }) => name).filter((name) => this.kept.has(name)),
      keptOutputs: program.outputs.map(({ name }) => name).filter((name) => this.kept.has(name)),
      step,
      own,
      draws,
    };
  }

  private program(key: string): Compiled {
    const compiled = this.programs.get(key);
    if (!compiled) throw new Error(`a training lane does not hold the program ${key}`);
    return compiled;
  }

  /** Takes the steps of an order; the loss of each. */
  private async take(order: StepOrder): Promise<number[]> {
    if (order.kind === 'whole') {
      const compiled = this.program(order.program);
      order.steps.forEach(({ step, rows, weight, scalars }, k) => {
        this.feed(compiled, k, { rows, weight }, { run: step * this.mostBatches, change: true });
        setScalars(compiled, k, scalars);
      });
      const given = await this.run(compiled);
      return order.steps.map((_, k) => given.get(portOf(k, 'loss'))![0]);
    }
    const { step, batches, apply, scalars } = order;
    for (const { port } of this.partsOf('total')) this.kept.get(port)!.current.fill(0);
    let loss = 0;
    for (let i = 0; i < batches.length; i++) {
      const compiled = this.program(batches[i].program);
      this.feed(compiled, 0, batches[i], { run: step * this.mostBatches + i, change: true });
      loss += (await this.run(compiled)).get(portOf(0, 'loss'))![0];
    }
    const end = this.program(apply);
    setScalars(end, 0, scalars);
    await this.run(end);
    return [loss];
  }

  /** Runs a program on what is kept, and keeps what it gives. */
  private async run({
    executable,
    own,
    keptInputs,
    keptOutputs,
    outputs,
  }: Compiled): Promise<ReadonlyMap<string, TensorData>> {
    const feeds: Record<string, TensorData> = { ...own };
    for (const name of keptInputs) feeds[name] = this.kept.get(name)!.current;
    const into: Record<string, TensorData> = {};
    for (const name of keptOutputs) into[name] = this.kept.get(name)!.spare;
    const given = await executable.run(feeds, undefined, into);
    const named = new Map(outputs.map((name, i) => [name, given[i]] as const));
    for (const name of keptOutputs) {
      const kept = this.kept.get(name)!;
      [kept.current, kept.spare] = [named.get(name)!, kept.current];
    }
    return named;
  }

  /** Puts a batch's rows, their weights and its draws where step `k` of a program is fed from. */
  private feed(
    { own, step, draws }: Compiled,
    k: number,
    { rows, weight }: Pick<BatchOrder, 'rows' | 'weight'>,
    { run, change }: { readonly run: number; readonly change: boolean },
  ): void {
    this.held.cut(rows, step.rows, (name) => own[portOf(k, name)]);
    own[portOf(k, ROW_PORTS.shares)].fill(0).fill(weight, 0, rows.length);
    const [inputs, labels] = [own[portOf(k, inputPort(0))], own[portOf(k, ROW_PORTS.labels)]];
    if (change && this.augment && !(inputs instanceof Int32Array))
      this.augment({ inputs, labels, rows: rows.length }, random(this.seed, streams.augmentation + run));
    draws[k].forEach(({ kind, values }, i) => {
      const stream = random(this.seed, streams.stepDraws + run * draws[k].length + i);
      if (kind === 'uniform') for (let j = 0; j < values.length; j++) values[j] = stream.uniform();
      else for (let j = 0; j < values.length; j++) values[j] = stream.normal();
    });
  }

  private snapshot(names: readonly string[]): Vectors {
    return Object.fromEntries(
      names.map((name) => {
        const parts = this.partsOf(name);
        const flat = this.floats(parts.reduce((sum, { length }) => sum + length, 0));
        for (const { port, offset } of parts) flat.set(this.kept.get(port)!.current, offset);
        return [name, flat];
      }),
    );
  }

  private async statistics(batches: readonly BatchOrder[]): Promise<Record<string, Float64Array>> {
    const means: Record<string, Float64Array> = {};
    const total = batches.reduce((sum, { rows }) => sum + rows.length, 0);
    for (let i = 0; i < batches.length; i++) {
      const compiled = this.program(batches[i].program);
      this.feed(compiled, 0, batches[i], { run: i, change: false });
      const share = batches[i].rows.length / total;
      for (const [port, values] of await this.run(compiled)) {
        const mean = (means[port.slice('batch/'.length)] ??= new Float64Array(values.length));
        for (let k = 0; k < values.length; k++) mean[k] += share * values[k];
      }
    }
    return means;
  }
}

function setScalars({ own }: Compiled, k: number, scalars: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(scalars)) {
    const place = own[portOf(k, `scalar/${name}`)] as TensorData | undefined;
    if (place) place[0] = value;
  }
}
