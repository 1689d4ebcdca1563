import { throwIfCancelled } from '../../core/errors';
import type { OperatorName } from '../../contract/vocabulary';
import { type CutToSize, cutToSize } from './cut-to-size';
import { chunkValues, cutInput } from './feeds';
import { type HeldRows, holdRows } from './hold-rows';
import { hasKinks } from '../programs/kinks';
import { areElsewhere, openLanes, spareMemory } from '../../lanes/open';
import type { HeldChunk, PoolResult, RowsOfChunk } from '../../lanes/pool';
import type { Opened } from '../../lanes/protocol';
import { type NamedProgram, ObjectiveLanes } from './objective-lanes';
import type { Cost, ObjectiveOptions, Point, SplitName } from './objective-types';
import type { LongVector } from '../../core/long-vector';
import { distance, norm } from '../../core/vectors';
import { type ParameterSpace, originOf, parametersOf, stateOf } from '../programs/parameter-space';
import { ObjectivePrograms, slopeName } from '../programs/programs';
import { checkOutputs, partOf } from './part-of';
import type { Resting } from './resting';
import { scaleInPlace } from './scaled';
import { vectorsAPass } from './vectors-a-pass';
import { type FiguresAt, type RowFigure, type RowValues, figuresOfChunk, valuesOfRows } from './row-values';
import type { ProgramWork } from '../programs/work';

export type { Cost, ObjectiveOptions, Point, RowValues, SplitName } from './objective-types';

/**
 * The mean loss of a network over a fixed set of rows as a function of its flat parameter vector, with exact
 * derivatives. Rows are cut into chunks of a fixed size in a fixed order and chunk sums are added in float64, so the
 * same settings give the same digits. Analysis sees vectors here, never layers.
 *
 * ```ts
 * import { denseModel, objectiveOf, rowsOf } from '../../test/support/dense-model';
 * const rows = rowsOf(Float64Array.of(1, 2, 3, 4), 2, Float64Array.of(0, 1), [1]);
 * const objective = await objectiveOf(denseModel([2, 1]), rows, 'mean-squared-error');
 * const { gradient, loss } = await objective.gradient(objective.origin);
 * const losses = await objective.losses('train', objective.origin);
 * Math.abs(loss - (losses[0] + losses[1]) / 2) < 1e-12; // => true
 * gradient.length; // => 3
 * objective.dispose();
 * ```
 */
export class Objective {
  private readonly chunks: Record<SplitName, HeldChunk[]> = { train: [], test: [] };

  readonly parameters: ParameterSpace;
  readonly state: ParameterSpace;
  /** Of one Hessian-vector product over a single row. */
  readonly rowWork: ProgramWork;
  readonly fitsFloat64: boolean;
  private readonly programs: ObjectivePrograms;

  private constructor(
    { parameters, state }: Pick<Objective, 'parameters' | 'state'>,
    { programs, rowWork, fitsFloat64 }: Omit<CutToSize, 'lanes'>,
    private readonly lanes: ObjectiveLanes,
    /** What it was made from, for others on the same data. */
    public options: ObjectiveOptions,
  ) {
    this.parameters = parameters;
    this.state = state;
    this.programs = programs;
    this.rowWork = rowWork;
    this.fitsFloat64 = fitsFloat64;
  }

  /**
   * Compiles the objective and hands the data to the lanes.
   * @throws UserError for want of memory or where nothing can compute here; CancelledError.
   */
  static async create(options: ObjectiveOptions): Promise<Objective> {
    const { model, signal } = options;
    spareMemory(options.frugal);
    const parameters = parametersOf(model);
    const state = stateOf(model);
    const programsFor = (rows: number) =>
      new ObjectivePrograms(options, parameters.blocks, state.blocks, rows);
    const made = cutToSize(programsFor, {
      rows: options.trainRows.length,
      dimension: parameters.dimension,
      chunkRows: options.chunkRows,
      isDouble: options.backend === 'reference',
      isHere: !areElsewhere(options),
    });
    throwIfCancelled(signal);
    const pool = await openLanes(options, parameters.dimension, made.lanes);
    const objective = new Objective({ parameters, state }, made, new ObjectiveLanes(pool, state), options);
    try {
      for (const name of options.test ? (['train', 'test'] as const) : (['train'] as const)) {
        objective.chunks[name] = await objective.hold({ name, ...partOf(options, name) });
      }
      return objective;
    } catch (error) {
      pool.dispose();
      throw error;
    }
  }

  /** The checkpoint's own place. */
  get origin(): Point {
    return originOf(this.parameters, this.state);
  }

  get cost(): Cost {
    return this.lanes.cost;
  }

  /** Are its lanes there, and has none of them failed? */
  get isAlive(): boolean {
    return this.lanes.pool.isAlive;
  }

  /** Begins another job: nothing has been spent yet, and what is cancelled is `signal`'s. */
  restart(signal: AbortSignal): void {
    this.lanes.resetCost();
    this.options = { ...this.options, signal };
  }

  /** The same over about so many of its first training rows, in whole chunks and the same lanes, which are this one's to end. */
  leading(rows: number): Objective {
    const { programs, rowWork, fitsFloat64 } = this;
    const { test: _, ...options } = this.options;
    const train = this.chunks.train.slice(0, Math.ceil(rows / this.chunkRows));
    const trainRows = options.trainRows.subarray(0, train.length * this.chunkRows);
    const same = new Objective(this, { programs, rowWork, fitsFloat64 }, this.lanes, {
      ...options,
      trainRows,
    });
    same.chunks.train = train;
    return same;
  }

  get backend(): Opened {
    return this.lanes.pool.opened;
  }

  get chunkRows(): number {
    return this.programs.chunkRows;
  }

  get rows(): number {
    return this.options.trainRows.length;
  }

  get hasTest(): boolean {
    return this.chunks.test.length > 0;
  }

  /** Where vectors wait for their next use. */
  get resting(): Resting {
    return this.lanes.resting;
  }

  /** Loss and output of every row of a split. */
  async values(split: SplitName, point: Point, signal?: AbortSignal): Promise<RowValues> {
    checkOutputs(partOf(this.options, split).rows.length, this.options.model);
    return valuesOfRows(await this.valuesMade(split, point, (rows) => rows, signal));
  }

  /** The loss of every row of a split. */
  async losses(split: SplitName, point: Point, signal?: AbortSignal): Promise<Float64Array> {
    return (await this.valuesMade(split, point, ({ losses }) => ({ losses }), signal)).losses;
  }

  /**
   * The loss of every row of a split, and a number for each that is made of its outputs: chunk by chunk, for all outputs
   * together may be many more.
   */
  async figures(
    split: SplitName,
    point: Point,
    figure: RowFigure,
    signal?: AbortSignal,
  ): Promise<{ losses: Float64Array; figures: Float64Array }> {
    const made = figuresOfChunk(figure, this.chunkRows);
    const { losses, figures } = await this.valuesMade(split, point, made, signal);
    return { losses, figures };
  }

  /** The loss of every row at several points, and a number for each row where one is asked for: lanes never wait between them. */
  async figuresAt<S extends SplitName>(
    points: readonly Point[],
    figures: Readonly<Record<S, RowFigure | undefined>>,
    signal?: AbortSignal,
  ): Promise<FiguresAt<S>[]> {
    await this.lanes.prepare(this.value);
    this.lanes.moved();
    const names = Object.keys(figures) as S[];
    this.cost.values += points.length * names.length;
    const made = (name: S) => figuresOfChunk(figures[name], this.chunkRows);
    const parts = names.map((name) => ({ chunks: this.chunks[name], made: made(name) }));
    const places = points.map((point) => this.lanes.vectorsAt(point));
    const found = await this.lanes.pool.rowsAt(this.value.key, places, parts, signal);
    return found.map((rows) => Object.fromEntries(names.map((name, i) => [name, rows[i]])) as FiguresAt<S>);
  }

  /** The gradient of the mean training loss [parameters], and the loss. */
  async gradient(point: Point, signal?: AbortSignal): Promise<{ gradient: Float64Array; loss: number }> {
    await this.lanes.moveTo(point);
    const { sums, rows } = await this.gradientOver(this.chunks.train, signal);
    this.cost.gradients++;
    const loss = rows.losses.reduce((sum, value) => sum + value, 0) / this.rows;
    return { gradient: this.mean(sums.gradient), loss };
  }

  /** Products of the Hessian of the mean training loss with each vector. */
  hvp(point: Point, vectors: readonly LongVector[], signal?: AbortSignal): Promise<Float64Array[]> {
    return this.products('hessian', point, vectors, signal);
  }

  /** Products of a curvature matrix of the mean training loss with each vector; four at a time share one pass. */
  async products(
    operator: OperatorName,
    point: Point,
    vectors: readonly LongVector[],
    signal?: AbortSignal,
  ): Promise<Float64Array[]> {
    await this.lanes.moveTo(point);
    const products: Float64Array[] = [];
    while (products.length < vectors.length) {
      const count = vectorsAPass(vectors.length - products.length, this.parameters.dimension);
      const taken = vectors.slice(products.length, products.length + count);
      const key = `${operator}/${count}`;
      await this.lanes.prepare({ key, program: () => this.programs.products(operator, count) });
      const started = performance.now();
      const scales = await this.lanes.holdUnits(taken);
      const { sums } = await this.lanes.pool.run(key, this.chunks.train, signal);
      for (let k = 0; k < count; k++) products.push(this.mean(sums[`product${k}`], scales[k]));
      this.cost.hvps += count;
      this.cost.hvpMilliseconds += performance.now() - started;
    }
    this.lanes.seePeak();
    return products;
  }

  /** Of every training row: its loss, and the first and second derivative of it along a vector. */
  async directional(point: Point, vector: LongVector, signal?: AbortSignal) {
    await this.lanes.moveTo(point);
    await this.lanes.holdVector(vector);
    const program = { key: 'directional', program: () => this.programs.directional() };
    const { losses, first, second } = (await this.lanes.run(program, this.chunks.train, signal)).rows;
    return { losses, first, second };
  }

  /** Of every training row: the first derivatives alone of its loss along each vector, all in one pass. */
  async slopes(point: Point, vectors: readonly LongVector[], signal?: AbortSignal): Promise<Float64Array[]> {
    await this.lanes.moveTo(point);
    const lengths = await this.lanes.holdUnits(vectors);
    const { length } = vectors;
    const program = { key: `slopes/${length}`, program: () => this.programs.slopes(length) };
    const { rows } = await this.lanes.run(program, this.chunks.train, signal);
    return lengths.map((factor, k) => scaleInPlace(rows[slopeName(k)], factor));
  }

  /** Of every training row: v.M_i v with its own part of a curvature matrix. */
  async along(operator: OperatorName, point: Point, v0: LongVector, signal?: AbortSignal) {
    await this.lanes.moveTo(point);
    await this.lanes.holdVector(v0);
    const key = operator === 'hessian' ? 'directional' : `${operator} along`;
    const program = { key, program: () => this.programs.along(operator) };
    return (await this.lanes.run(program, this.chunks.train, signal)).rows.second;
  }

  /** The first inputs of a split's rows as the model takes them: scaled, [rows, ...] in one vector. */
  inputsOf(name: SplitName): Float64Array {
    const { split, rows } = partOf(this.options, name);
    return Float64Array.from(cutInput(this.options, split, 0, { rows, count: rows.length }));
  }

  /** Loss and output of every row of a split, with other first inputs (as {@link inputsOf} gives them). */
  async valuesAtInputs(
    name: SplitName,
    point: Point,
    inputs: Float64Array,
    signal?: AbortSignal,
  ): Promise<RowValues> {
    return valuesOfRows(await this.atInputs('value', name, { point, inputs }, signal));
  }

  /** The gradient of every row's loss in its first input, at other first inputs. */
  async inputGradient(
    name: SplitName,
    point: Point,
    inputs: Float64Array,
    signal?: AbortSignal,
  ): Promise<Float64Array> {
    return (await this.atInputs('inputGradient', name, { point, inputs }, signal)).inputGradient;
  }

  /** Does the loss have second derivatives everywhere? Not with kinks such as relu or a maximum. */
  get smooth(): boolean {
    return !hasKinks(this.programs.gradient().program);
  }

  /**
   * How much the gradient over the first chunk's rows changes when they are cut in two: relative, in norm. Rounding
   * alone, or rows see each other.
   */
  async chunkDependence(point: Point, signal?: AbortSignal): Promise<number> {
    const [first] = this.chunks.train;
    if (first.validRows < 2) return 0;
    await this.lanes.moveTo(point);
    const whole = this.resting.put((await this.gradientOver([first], signal)).sums.gradient);
    const { train, trainRows } = this.options;
    const half = Math.ceil(first.validRows / 2);
    const programs = new ObjectivePrograms(this.options, this.parameters.blocks, this.state.blocks, half);
    const taken = trainRows.subarray(0, first.validRows);
    const halves: HeldChunk[] = [];
    for (let i = 0; i < 2; i++) {
      const rows = taken.subarray(i * half, (i + 1) * half);
      const key = `half/${i}`;
      await this.lanes.pool.holdChunk(i, key, () => chunkValues(this.options, train, rows, half));
      halves.push({ key, validRows: rows.length });
    }
    const program = { key: 'gradient of halves', program: () => programs.gradient() };
    const cutInTwo = await this.lanes.run(program, halves, signal);
    return distance(whole, cutInTwo.sums.gradient) / (norm(whole) || 1);
  }

  /** Of the mean loss over the first rows alone, at most a chunk's: gradient, and product with a unit vector. */
  async ofFirst(
    rows: number,
    operator: OperatorName,
    { point, vector }: { readonly point: Point; readonly vector: LongVector },
    signal?: AbortSignal,
  ): Promise<{ gradient: Float64Array; product: Float64Array }> {
    await this.lanes.moveTo(point);
    const { train: split, trainRows } = this.options;
    const first = trainRows.subarray(0, Math.min(rows, this.chunkRows));
    const chunks = await this.hold({ name: 'front', split, rows: first });
    const slopes = await this.gradientOver(chunks, signal);
    await this.lanes.holdVector(vector);
    const bent = await this.lanes.run(
      { key: `${operator}/1`, program: () => this.programs.products(operator, 1) },
      chunks,
      signal,
    );
    const mean = (sum: Float64Array) => sum.map((value) => value / chunks[0].validRows);
    return { gradient: mean(slopes.sums.gradient), product: mean(bent.sums.product0) };
  }

  /** The same loss over its first rows, at most a chunk's, in float64, in a lane of its own. Dispose of it. */
  inFloat64(rows: number): Promise<Objective> {
    return this.over(this.options.trainRows.subarray(0, Math.min(rows, this.chunkRows)), 'reference');
  }

  /** The same loss over some of its rows, in lanes of its own. Dispose of it. */
  over(trainRows: Int32Array, backend = this.options.backend): Promise<Objective> {
    const { test: _, ...options } = this.options;
    const chunkRows = Math.min(trainRows.length, this.chunkRows);
    return Objective.create({ ...options, trainRows, chunkRows, backend, here: true });
  }

  /** Ends the lanes. */
  dispose(): void {
    this.lanes.dispose();
  }

  private gradientOver(chunks: readonly HeldChunk[], signal: AbortSignal | undefined): Promise<PoolResult> {
    return this.lanes.run({ key: 'gradient', program: () => this.programs.gradient() }, chunks, signal);
  }

  private get value(): NamedProgram {
    return { key: 'value', program: () => this.programs.value() };
  }

  private async valuesMade(
    split: SplitName,
    point: Point,
    made: RowsOfChunk,
    signal: AbortSignal | undefined,
  ): Promise<PoolResult['rows']> {
    await this.lanes.moveTo(point);
    const { rows } = await this.lanes.run(this.value, this.chunks[split], signal, made);
    this.cost.values++;
    return rows;
  }

  private async atInputs(
    program: 'value' | 'inputGradient',
    name: SplitName,
    { point, inputs }: { readonly point: Point; readonly inputs: Float64Array },
    signal: AbortSignal | undefined,
  ): Promise<PoolResult['rows']> {
    await this.lanes.moveTo(point);
    const { split, rows } = partOf(this.options, name);
    const chunks = await this.hold({ name: 'moved', split, rows, inputs });
    return (await this.lanes.run({ key: program, program: () => this.programs[program]() }, chunks, signal))
      .rows;
  }

  /** The mean over rows from a sum of weighted rows, in place. */
  private mean(sum: Float64Array, scale = 1): Float64Array {
    return scaleInPlace(sum, scale / this.rows);
  }

  /** Hands the lanes some rows in chunks, where given with other first inputs than the data's. */
  private hold(held: HeldRows): Promise<HeldChunk[]> {
    return holdRows(this.lanes.pool, this.options, this.chunkRows, held);
  }
}
