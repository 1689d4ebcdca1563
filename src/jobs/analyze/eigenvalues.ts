import { SHIFTED } from '../../analysis/measures/without-bar';
import type { SymmetricOperator } from '../../analysis/operator';
import { estimateOverRows } from '../../analysis/sampling';
import type { EigenEstimate, EigenPair } from '../../analysis/spectrum/eigenpair';
import type { ExactSpectrum } from '../../analysis/spectrum/exact';
import type { ExtremeResult } from '../../analysis/spectrum/extremes';
import type { KrylovSpace } from '../../analysis/spectrum/krylov-space';
import { type LayerOptions, layerLargest } from '../../analysis/spectrum/layers';
import { type LargestResult, largest } from '../../analysis/spectrum/largest';
import { smallest } from '../../analysis/spectrum/smallest';
import type { Block } from '../../analysis/spectrum/trace';
import type { Objective, Point } from '../../objective/evaluation/objective';
import type { Eigenvalue } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { affordsSearch, wholeMatrix } from './float64';
import { operatorAt } from './operator-at';
import type { FirstProducts } from './first-products';
import { heldAgainstRounding, roundingOfMatrix } from './rounding';
import type { Evidence } from './self-check';
import { Witness } from './witness';

interface Listeners {
  readonly onProgress: (products: number) => void;
  readonly onValues?: (values: readonly EigenEstimate[]) => void;
  readonly onHighest?: (value: number) => void;
}

/** Eigenpairs, with what the report says of them. */
type Reported<T> = Omit<T, 'pairs'> & { readonly pairs: readonly EigenPair[]; readonly values: Eigenvalue[] };

/** The first products: a random unit vector's, what the search begins with, and what it questions itself with. */
type Begun = Pick<FirstProducts, 'random' | 'start' | 'fresh'>;

/** The residual's share of a value where products cost next to nothing, and of networks so large that each takes long. */
const FINE = 1e-6;
const COARSE = 1e-2;

/**
 * The ends of a spectrum at a place, with bounds that hold the rounding of the products: a small network's whole matrix is
 * taken, in float64 where that is affordable; what is found for others is held against other roundings, and searched again
 * in float64 where float32 does not see it. Dispose of it.
 */
export class Eigenvalues {
  readonly notes: string[] = [];
  /** Whose products the values are of: the run's, or the same in float64. */
  private source: Objective;
  /** The whole matrix is there, so that products cost next to nothing. */
  private free = false;
  private measured = 0;
  /** Of the matrix, as far as eigenvalues were found. */
  private norm = 0;
  /** The products in float64, where those of the run were not sharp enough. */
  private searched: SymmetricOperator | undefined;

  /** What the search for the largest ones has shown of the run's own products; none where it took no such. */
  evidence: Evidence | undefined;

  /** For all further figures of the spectrum: the matrix, or the run's own products. */
  operator: SymmetricOperator;

  private constructor(
    private readonly objective: Objective,
    private readonly point: Point,
    private readonly request: AnalyzeRequest,
    private readonly signal: AbortSignal,
  ) {
    this.source = objective;
    this.operator = operatorAt(objective, point, request.operator);
  }

  static async open(
    objective: Objective,
    point: Point,
    request: AnalyzeRequest,
    signal: AbortSignal,
  ): Promise<Eigenvalues> {
    const opened = new Eigenvalues(objective, point, request, signal);
    const whole = await wholeMatrix(objective, point, request, signal);
    if (!whole) return opened;
    if (whole.of !== objective)
      opened.notes.push(
        'Small as the network is, its eigenvalues are those of the whole matrix, computed in float64.',
      );
    opened.free = true;
    opened.source = whole.of;
    opened.operator = whole.matrix;
    opened.measured = whole.asymmetry;
    return opened;
  }

  /** The most that rounding was found to move any eigenvalue of the whole matrix of {@link operator}. */
  async roundingOfAll({ asymmetry, matrix }: ExactSpectrum): Promise<number> {
    const { point, signal, request } = this;
    const of = this.free ? this.source : this.objective;
    const { operator, seed } = request;
    const moved = await roundingOfMatrix(of, matrix, { operator, seed, point, signal });
    return Math.max(asymmetry, this.measured, moved);
  }

  /** @param first products by the run's own operator: a search by another one doesn't begin with them. */
  async largest({
    first,
    ...listeners
  }: Listeners & { readonly first?: Begun }): Promise<Reported<LargestResult>> {
    const search = (operator: SymmetricOperator, begun?: Omit<Begun, 'random'>) =>
      largest(operator, { count: this.request.top, ...begun, ...this.shared, ...listeners });
    const found = await this.reported(
      await (first && !this.free ? this.witnessed(first, search) : search(this.operator)),
    );
    if (!found.spoiled || this.source !== this.objective || !affordsSearch(this.objective, found.products))
      return found;
    this.source = await this.objective.over(this.objective.options.trainRows, 'reference');
    this.searched = operatorAt(this.source, this.point, this.request.operator);
    this.notes.push(
      'Products in float32 do not see these eigenvalues sharply enough: they were searched in float64.',
    );
    return this.reported(await search(this.searched));
  }

  /** The search that begins with what is there, and is looked at while it goes on. */
  private async witnessed(
    { random, start, fresh }: Begun,
    search: (operator: SymmetricOperator, begun: Omit<Begun, 'random'>) => Promise<LargestResult>,
  ): Promise<LargestResult> {
    const witness = new Witness(random);
    const found = await search(witness.watching(this.operator), { start, fresh });
    if (found.probe) this.evidence = { witness, probe: found.probe };
    return found;
  }

  /** @param space of the finished search for the largest. */
  async smallest(space: KrylovSpace, listeners: Listeners): Promise<Reported<ExtremeResult>> {
    const { bottom: count, top: keepLargest } = this.request;
    return this.reported(
      await smallest(this.searched ?? this.operator, {
        count,
        keepLargest,
        space,
        ...this.shared,
        ...listeners,
      }),
    );
  }

  /** The largest eigenvalue of every tensor's own block. */
  async layers(
    blocks: readonly Block[],
    listeners: Pick<LayerOptions, 'onProgress' | 'onValue'>,
  ): Promise<readonly EigenPair[]> {
    const searched = this.searched ?? this.operator;
    const pairs = await layerLargest(searched, blocks, { ...this.shared, ...listeners });
    return (await heldAgainstRounding(this.source, { ...this.question, pairs, blocks })).pairs;
  }

  dispose(): void {
    if (this.source !== this.objective) this.source.dispose();
  }

  private get shared() {
    const { seed } = this.request;
    const { dimension } = this.operator;
    return {
      seed,
      signal: this.signal,
      ...(this.tolerance === undefined ? {} : { tolerance: this.tolerance }),
      ...(this.free ? { maxProducts: 8 * dimension } : {}),
    };
  }

  /** `spoiled`: what float32's products have converged to is further from float64's than it should be. */
  private async reported<T extends ExtremeResult>(result: T): Promise<Reported<T> & { spoiled: boolean }> {
    const forms: ArrayLike<number>[] = [];
    for (const { vector } of result.pairs)
      forms.push(await this.objective.along(this.request.operator, this.point, vector, this.signal));
    const pairs = await this.heldAgainst(result);
    const values = pairs.map(({ value, residual, errorBound, converged }, i): Eigenvalue => {
      const heldFixed = estimateOverRows(Float64Array.from(forms[i])).standardError;
      return { value, residual, errorBound, converged, heldFixed, samplingReason: SHIFTED };
    });
    const spoiled = pairs.some(({ converged }, i) => !converged && result.pairs[i].converged);
    return { ...result, pairs, values, spoiled };
  }

  private async heldAgainst({ pairs, probe }: ExtremeResult): Promise<readonly EigenPair[]> {
    // The matrix' products are not those that are rounded otherwise.
    const known = this.free ? {} : { probe };
    const answer = await heldAgainstRounding(this.source, { ...this.question, pairs, ...known });
    this.measured = Math.max(this.measured, answer.rounding);
    this.norm = Math.max(this.norm, ...answer.pairs.map(({ value }) => Math.abs(value)));
    return answer.pairs;
  }

  /** The usual one where it is not given. */
  private get tolerance(): number | undefined {
    if (this.free) return FINE;
    return this.objective.resting.takes(this.operator.dimension) ? COARSE : undefined;
  }

  private get question() {
    const { operator, seed } = this.request;
    // Rounding is held against what values are usually allowed, or more.
    const tolerance = this.free ? undefined : this.tolerance;
    return {
      operator,
      seed,
      norm: this.norm,
      ...(tolerance ? { tolerance } : {}),
      point: this.point,
      signal: this.signal,
    };
  }
}
