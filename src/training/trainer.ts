import { availableParallelism } from 'node:os';
import { sizeOf } from '../core/size-of';
import type { TensorData } from '../backends/backend';
import { AUTOMATIC, type BackendName } from '../backends/choice';
import { type Split, cutLabels, cutWeights } from '../objective/data/split';
import type { Rearrangement, Scaling } from '../lanes/columns';
import { cutInput } from '../objective/evaluation/feeds';
import { ForkedChannel, type LaneChannel, canFork } from '../lanes/lane';
import type { Opened } from '../lanes/protocol';
import { peakLiveBytes } from '../autodiff/live-bytes';
import { portsOf } from '../objective/programs/programs';
import type { PackedPart } from '../lanes/packed-program';
import { throwIfCancelled } from '../core/errors';
import type { Augmentation } from '../contract/run-file';
import { type BatchPlan, batchesOf, orderOf, piecesOf, stepsPerEpoch } from './batches';
import type {
  BatchOrder,
  HeldColumn,
  StepOrder,
  TrainingReplies,
  TrainingRequest,
  Vectors,
} from './lane/protocol';
import { parameterRuns } from './parameter-runs';
import {
  type StepFacts,
  type StepProgram,
  applyProgram,
  gradientProgram,
  statisticsProgram,
  stepProgram,
} from './step-program';
import { POINT, ROW_PORTS, inputPort } from '../lanes/ports';

export interface TrainerOptions {
  readonly facts: StepFacts;
  readonly train: Split;
  /** The rows of `train` that are trained on. */
  readonly rows: Int32Array;
  readonly scaling: Scaling;
  readonly rearrangement: Rearrangement;
  /** Labels as floats, one of them 1 for each class index: what mixing them needs. */
  readonly oneHot?: number;
  readonly augmentation?: Augmentation;
  readonly plan: BatchPlan;
  readonly seed: number;
  readonly backend: BackendName | 'auto';
  readonly tensorflowPath?: string;
  /** Compute in this process: for tests. */
  readonly local?: boolean;
  readonly signal?: AbortSignal;
}

/** Live bytes that the program of a batch may need; a larger batch goes through in pieces. */
const BATCH_BYTES = 768 * 2 ** 20;
/** Steps and nodes of a program that takes several steps. */
const MOST_AT_ONCE = 16;
const MOST_NODES = 3000;
/** Live bytes of so many steps together: a program of large ones would be deaf for seconds. */
const SHORT_BYTES = 128 * 2 ** 20;
/** A step of fewer live bytes lies in one core's cache: threads would only wait for one another, the busier the machine the longer. */
const ONE_CORE_BYTES = 1.5 * 2 ** 20;
/** Numbers that one message to the lane carries at most. */
const MESSAGE_NUMBERS = 4_000_000;

type Channel = LaneChannel<TrainingRequest, TrainingReplies>;

/** How steps go through the lane, and the names of the vectors that change. */
interface Cut {
  readonly pieceRows: number;
  readonly stepsAtOnce: number;
  readonly hasStatistics: boolean;
  readonly names: readonly string[];
}

/**
 * Training as the host sees it: a lane that holds the data and everything that changes, and takes steps by their
 * number. The same seed and the same vectors give the same steps, wherever they begin.
 */
export class Trainer {
  private readonly programs = new Set<string>();
  private epoch: { readonly number: number; readonly order: Int32Array } | undefined;

  /** Rows that go through at once. */
  readonly pieceRows: number;
  /** Steps that one program takes, where there are as many: what changes is handed over less often. */
  private readonly stepsAtOnce: number;
  /** Are there statistics over the rows of a batch? */
  readonly hasStatistics: boolean;
  private readonly names: readonly string[];

  private constructor(
    private readonly channel: Channel,
    private readonly options: TrainerOptions,
    readonly opened: Opened,
    cut: Cut,
  ) {
    this.pieceRows = cut.pieceRows;
    this.stepsAtOnce = cut.stepsAtOnce;
    this.hasStatistics = cut.hasStatistics;
    this.names = cut.names;
  }

  /** Starts the lane and hands it the data. Parameters, slots and statistics are as {@link restore} says. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { facts, plan, seed, signal } = options;
    const small = [1, 2].map((rows) => gradientProgram(facts, rows).program);
    const [one, two] = small.map(peakLiveBytes);
    const fitting = Math.max(1, Math.floor(BATCH_BYTES / Math.max(1, two - one)));
    const [pieceRows] = piecesOf(new Int32Array(plan.batchSize), fitting).map(({ length }) => length);
    const pieces = Math.ceil(plan.batchSize / pieceRows) * plan.accumulate;
    const live = one + (two - one) * (pieceRows - 1);
    const atOnce = Math.floor(Math.min(MOST_AT_ONCE, MOST_NODES / small[0].nodes.length, SHORT_BYTES / live));
    const hasStatistics = statisticsProgram(facts, 2) !== undefined;
    const vectors = vectorsOf(facts, pieces > 1);
    throwIfCancelled(signal);
    const channel: Channel =
      options.local || !canFork()
        ? (await import('./lane/in-process')).trainingLaneHere()
        : new ForkedChannel<TrainingRequest, TrainingReplies>('training');
    try {
      const opened = await channel.request({
        type: 'open',
        choice: {
          names: options.backend === 'auto' ? AUTOMATIC : [options.backend],
          threads: live < ONE_CORE_BYTES ? 1 : availableParallelism(),
          ...(options.tensorflowPath ? { tensorflowPath: options.tensorflowPath } : {}),
        },
        seed,
        mostBatches: pieces,
        vectors,
      });
      const names = Object.keys(vectors).filter((name) => name !== 'total');
      const stepsAtOnce = pieces > 1 ? 1 : Math.max(1, atOnce);
      const trainer = new Trainer(channel, options, opened, { pieceRows, stepsAtOnce, hasStatistics, names });
      await trainer.hold();
      return trainer;
    } catch (error) {
      channel.kill();
      throw error;
    }
  }

  get stepsPerEpoch(): number {
    return stepsPerEpoch(this.options.plan);
  }

  /** The vectors at the start: the checkpoint's values, and the optimizer's memory as it begins. */
  start(): Record<string, Float64Array> {
    const { facts } = this.options;
    const values = (blocks: StepFacts['parameters']) => {
      const flat = new Float64Array(blocks.reduce((sum, { length }) => sum + length, 0));
      for (const { data, offset } of blocks) flat.set(data, offset);
      return flat;
    };
    const theta = values(facts.parameters);
    const begins = new Map(facts.optimizer.slots.map(({ name, initial }) => [`slot/${name}`, initial]));
    return Object.fromEntries(
      this.names.map((name) => [
        name,
        name === POINT.parameters || name === 'average'
          ? theta
          : name === POINT.statistics
            ? values(facts.statistics)
            : new Float64Array(theta.length).fill(begins.get(name) ?? 0),
      ]),
    );
  }

  async restore(vectors: Vectors): Promise<void> {
    await this.channel.request({ type: 'restore', vectors });
  }

  /** Everything that steps change, by name, in the backend's precision: {@link restore} goes on from it exactly. */
  snapshot(names: readonly string[] = this.names): Promise<Vectors> {
    return this.channel.request({ type: 'snapshot', names });
  }

  /**
   * How many steps go together from step `from` (counted from 0), before `limit`, where the network is looked at next: by
   * these alone, so that the same steps always go together, for they may round otherwise than one by one.
   */
  together(from: number, limit: number): number {
    let count = 1;
    while (2 * count <= Math.min(this.stepsAtOnce, limit - from)) count *= 2;
    const sizes = (steps: number) => {
      const each = Array.from({ length: steps }, (_, k) => this.sizeFor(this.piecesAt(from + k)[0]));
      return new Set(each).size;
    };
    while (count > 1 && sizes(count) > 1) count /= 2;
    return count;
  }

  /** Takes the steps from number `from` (counted from 0) to before `until`, as {@link together} groups them before `limit`. */
  async steps(
    from: number,
    until: number,
    scalars: (step: number) => Readonly<Record<string, number>>,
    limit = until,
  ): Promise<{ readonly losses: Float64Array; readonly seconds: number }> {
    const orders: StepOrder[] = [];
    for (let step = from; step < until;) {
      const count = this.together(step, limit);
      orders.push(
        this.mostBatches > 1
          ? await this.stepInParts(step, scalars)
          : await this.stepsWhole(step, count, scalars),
      );
      step += count;
    }
    return this.channel.request({ type: 'steps', orders });
  }

  /** Batch norm's statistics at the parameters held, as means over batches of the training rows. */
  async statistics(): Promise<Readonly<Record<string, Float64Array>>> {
    const { facts, plan } = this.options;
    const all = Int32Array.from({ length: plan.rows }, (_, i) => i);
    const batches: BatchOrder[] = [];
    for (const rows of piecesOf(all, Math.min(this.pieceRows, plan.rows))) {
      const key = `statistics/${rows.length}`;
      await this.prepare(key, () => statisticsProgram(facts, rows.length)!);
      batches.push({ program: key, rows, weight: 0 });
    }
    return this.channel.request({ type: 'statistics', batches });
  }

  /** Ends the lane. */
  dispose(): void {
    this.channel.kill();
  }

  private get mostBatches(): number {
    const { batchSize, accumulate } = this.options.plan;
    return Math.ceil(batchSize / this.pieceRows) * accumulate;
  }

  private async stepsWhole(
    from: number,
    count: number,
    scalars: (step: number) => Readonly<Record<string, number>>,
  ): Promise<StepOrder> {
    const steps = Array.from({ length: count }, (_, k) => {
      const [rows] = this.piecesAt(from + k);
      return { step: from + k, rows, weight: 1 / rows.length, scalars: scalars(from + k) };
    });
    const size = this.sizeFor(steps[0].rows);
    const program = `step/${size}/${count}`;
    await this.prepare(program, () => stepProgram(this.options.facts, size, count));
    return { kind: 'whole', program, steps };
  }

  private async stepInParts(
    step: number,
    scalars: (step: number) => Readonly<Record<string, number>>,
  ): Promise<StepOrder> {
    const { facts } = this.options;
    const pieces = this.piecesAt(step);
    const rows = pieces.reduce((sum, { length }) => sum + length, 0);
    const batches: BatchOrder[] = [];
    for (const piece of pieces) {
      const size = this.sizeFor(piece);
      const program = `gradient/${size}`;
      await this.prepare(program, () => gradientProgram(facts, size));
      batches.push({ program, rows: piece, weight: 1 / rows });
    }
    await this.prepare('apply', () => applyProgram(facts));
    return { kind: 'parts', step, batches, apply: 'apply', scalars: scalars(step) };
  }

  /** The rows of a step, as they go through. */
  private piecesAt(step: number): Int32Array[] {
    const { plan, seed } = this.options;
    const number = Math.floor(step / this.stepsPerEpoch);
    if (this.epoch?.number !== number) this.epoch = { number, order: orderOf(plan, seed, number) };
    return batchesOf(plan, this.epoch.order, step % this.stepsPerEpoch).flatMap((batch) =>
      piecesOf(batch, this.pieceRows),
    );
  }

  /** Rows of the program for a piece: rows that only fill it up weigh nothing, but they would enter its statistics. */
  private sizeFor(piece: Int32Array): number {
    return this.hasStatistics ? piece.length : this.pieceRows;
  }

  private async prepare(key: string, program: () => StepProgram): Promise<void> {
    if (this.programs.has(key)) return;
    await this.channel.request({ type: 'program', key, program: program() });
    this.programs.add(key);
  }

  /** Gives the lane its rows, scaled and laid out as the model takes them, some at a time. */
  private async hold(): Promise<void> {
    const { facts, train, rows, scaling, rearrangement, oneHot, augmentation, signal } = this.options;
    const { model, head } = facts;
    const labelWidth = sizeOf(head.labelShape);
    const columns: HeldColumn[] = [
      ...model.inputs.map(({ shape, dtype }, k) => ({ port: inputPort(k), width: sizeOf(shape), dtype })),
      { port: ROW_PORTS.labels, width: labelWidth, dtype: head.labelDtype },
      ...(head.weighted
        ? [{ port: ROW_PORTS.weights, width: sizeOf(head.stepShape ?? []), dtype: 'float' as const }]
        : []),
    ];
    const [{ shape: rowShape }] = model.inputs;
    await this.channel.request({
      type: 'data',
      rows: rows.length,
      columns,
      ...(augmentation
        ? { augmentation: { settings: augmentation, rowShape, layout: model.layout, labelWidth } }
        : {}),
    });
    const width = columns.reduce((sum, column) => sum + column.width, 0);
    const most = Math.max(1, Math.floor(MESSAGE_NUMBERS / width));
    for (let from = 0; from < rows.length; from += most) {
      throwIfCancelled(signal);
      const taken = rows.subarray(from, from + most);
      const count = taken.length;
      await this.channel.request({
        type: 'rows',
        from,
        values: [
          ...train.inputs.map((_, k) =>
            this.narrowed(cutInput({ model, scaling, rearrangement }, train, k, { rows: taken, count })),
          ),
          oneHot === undefined
            ? cutLabels(train.labels, taken, count, { dtype: head.labelDtype, ignored: head.ignored })
            : oneHotOf(cutLabels(train.labels, taken, count, { dtype: 'int32' }), oneHot),
          ...(head.weighted ? [cutWeights(train, taken, count, head.stepShape)] : []),
        ],
      });
    }
  }

  private narrowed(values: Float64Array | Int32Array): TensorData {
    const narrow = this.opened.precision === 'float32' && values instanceof Float64Array;
    return narrow ? Float32Array.from(values) : values;
  }
}

function oneHotOf(indices: ArrayLike<number>, classes: number): Float64Array {
  const rows = new Float64Array(indices.length * classes);
  for (let i = 0; i < indices.length; i++) rows[i * classes + indices[i]] = 1;
  return rows;
}

/** The flat vectors that a lane keeps for these facts. */
function vectorsOf(facts: StepFacts, inParts: boolean): Record<string, PackedPart[]> {
  const { parameters, statistics, optimizer, settings } = facts;
  const runs = parameterRuns(parameters);
  const like = (name: string, places: Parameters<typeof portsOf>[1] = runs): [string, PackedPart[]] => [
    name,
    portsOf(name, places),
  ];
  return Object.fromEntries([
    like(POINT.parameters),
    like(POINT.statistics, statistics),
    ...optimizer.slots.map(({ name }) => like(`slot/${name}`)),
    ...(settings.averaging?.kind === 'ema' ? [like('average')] : []),
    ...(inParts ? [like('total')] : []),
  ]);
}
