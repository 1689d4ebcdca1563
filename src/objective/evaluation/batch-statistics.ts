import { jvp } from '../../autodiff/differentiate';
import { Graph, type Node } from '../../autodiff/graph';
import { div, sub } from '../../autodiff/operations';
import { buildProgram } from '../../autodiff/program';
import type { Model } from '../../network/model';
import { throwIfCancelled } from '../../core/errors';
import { random, shuffle } from '../../core/random';
import { streams } from '../../core/random-streams';
import type { Split } from '../data/split';
import { type Feeding, chunkValues } from './feeds';
import { type LaneChoice, openLanes } from '../../lanes/open';
import type { HeldChunk, LanePool } from '../../lanes/pool';
import type { Point } from './objective';
import { type ParameterBlock, parametersOf, stateOf, valuesOf } from '../programs/parameter-space';
import { portsOf } from '../programs/programs';
import type { PackedProgram, PackedPart } from '../../lanes/packed-program';
import { POINT, inputPort } from '../../lanes/ports';

export interface BatchStatisticsOptions extends Feeding, LaneChoice {
  readonly train: Split;
  /** The training rows that statistics are taken over. */
  readonly trainRows: Int32Array;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Rows in a batch: enough for its variances. */
export const BATCH = 128;

/**
 * The statistics of batch normalization as the training rows have them at a point, in place of running ones that belong to
 * another: the mean over batches of what each batch has, as PyTorch's `update_bn` takes them (Izmailov et al. 2018,
 * section 3.2), with dropout and noise off. Dispose of it when done.
 */
export class BatchStatistics {
  private constructor(
    private readonly pool: LanePool,
    private readonly chunks: readonly HeldChunk[],
    private readonly kept: { readonly measured: readonly ParameterBlock[]; readonly state: Float64Array },
    /** How many rows the batches hold together. */
    readonly rows: number,
  ) {}

  /**
   * Undefined where the model takes no statistics over batches.
   * @throws UserError where it has layers that cannot be computed as in training.
   */
  static async open(options: BatchStatisticsOptions): Promise<BatchStatistics | undefined> {
    const { model, train, trainRows, seed, signal } = options;
    const size = Math.min(BATCH, trainRows.length);
    const found = statisticsProgram(model, size);
    if (!found) return undefined;
    throwIfCancelled(signal);
    // A last short batch would weigh as much as the others.
    const batches = Math.floor(trainRows.length / size);
    const pool = await openLanes({ ...options, here: true }, parametersOf(model).dimension, batches);
    try {
      await pool.define(PROGRAM, found.program);
      // A file sorted by class has batches of one class.
      const mixed = shuffle(trainRows.slice(), random(seed, streams.batchStatistics));
      const chunks: HeldChunk[] = [];
      for (let i = 0; i < batches; i++) {
        throwIfCancelled(signal);
        const key = `batch/${i}`;
        const rows = mixed.subarray(i * size, (i + 1) * size);
        await pool.holdChunk(i, key, () => chunkValues(options, train, rows, size));
        chunks.push({ key, validRows: size });
      }
      return new BatchStatistics(pool, chunks, { ...found, state: valuesOf(stateOf(model)) }, batches * size);
    } catch (error) {
      pool.dispose();
      throw error;
    }
  }

  /** The same parameters with the statistics that batches have there. */
  async at({ theta, state = this.kept.state }: Point, signal?: AbortSignal): Promise<Point> {
    const anew = state.slice();
    // From old values of zero a batch's part comes without rounding against them.
    for (const { offset, length } of this.kept.measured) anew.fill(0, offset, offset + length);
    await this.pool.holdVectors({ theta, state: anew });
    const { sums } = await this.pool.run(PROGRAM, this.chunks, signal);
    let from = 0;
    for (const { offset, length } of this.kept.measured) {
      for (let i = 0; i < length; i++) anew[offset + i] = sums.statistics[from + i] / this.chunks.length;
      from += length;
    }
    return { theta, state: anew };
  }

  /** Ends the lanes. */
  dispose(): void {
    this.pool.dispose();
  }
}

/** Does a model take statistics over batches? Throws as {@link BatchStatistics.open}. */
export const takesStatistics = (model: Model): boolean => statisticsProgram(model, 2) !== undefined;

const PROGRAM = 'statistics';

/**
 * What one batch has of each statistic. A layer says its new value, m old + (1 - m) batch: its derivative in the old one
 * is m, and where the old one is fed as zero the batch's part over 1 - m is left.
 */
function statisticsProgram(
  model: Model,
  rows: number,
): { program: PackedProgram; measured: readonly ParameterBlock[] } | undefined {
  const graph = new Graph();
  const [theta, state] = [parametersOf(model).blocks, stateOf(model).blocks];
  const inputsOf = (prefix: string, blocks: readonly ParameterBlock[]) =>
    blocks.map(({ name, shape }) => [name, graph.input(`${prefix}/${name}`, shape)] as const);
  const tensors = new Map<string, Node>([
    ...inputsOf(POINT.parameters, theta),
    ...inputsOf(POINT.statistics, state),
  ]);
  const inputs = model.inputs.map(({ shape, dtype }, i) =>
    graph.input(inputPort(i), [rows, ...shape], dtype),
  );
  const updates = new Map<string, Node>();
  model.apply(graph, tensors, inputs, {
    uniform: (shape) => graph.fill(0.5, shape),
    normal: (shape) => graph.fill(0, shape),
    noiseless: true,
    update: ({ name }, value) => updates.set(name, value),
  });
  const measured = state.filter(({ name }) => updates.has(name));
  if (measured.length === 0) return undefined;
  const outputs = measured.map(({ name }): [string, Node] => {
    const [old, value] = [tensors.get(name)!, updates.get(name)!];
    const [kept] = jvp([value], new Map([[old, graph.fill(1, old.shape)]]));
    return [`statistic/${name}`, kept ? div(value, sub(1, kept)) : value];
  });
  const program = buildProgram(Object.fromEntries(outputs));
  const taken = new Set(program.inputs.map(({ name }) => name));
  const fed = (prefix: string, blocks: readonly ParameterBlock[]) =>
    portsOf(prefix, blocks).filter(({ port }) => taken.has(port));
  let offset = 0;
  const statistics = measured.map(({ name, length }): PackedPart => {
    offset += length;
    return { port: `statistic/${name}`, offset: offset - length, length };
  });
  const vectors = {
    [POINT.parameters]: fed(POINT.parameters, theta),
    [POINT.statistics]: fed(POINT.statistics, state),
  };
  return { program: { program, vectors, sums: { statistics }, rows: [] }, measured };
}
