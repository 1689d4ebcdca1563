import { norm } from '../../core/vectors';
import { gradientNormOverRows } from '../../analysis/gradient-over-rows';
import { SHIFTED } from '../../analysis/measures/without-bar';
import { density, densityOfEigenvalues } from '../../analysis/spectrum/density';
import type { EigenEstimate, EigenPair } from '../../analysis/spectrum/eigenpair';
import { inTableOrder, measuresAsked, workOf } from '../../analysis/measures/registry';
import { exactSpectrum } from '../../analysis/spectrum/exact';
import type { KrylovSpace } from '../../analysis/spectrum/krylov-space';
import { expectedProbes, trace } from '../../analysis/spectrum/trace';
import type { SymmetricOperator } from '../../analysis/operator';
import type { Point } from '../../objective/evaluation/objective';
import { formatNumber, withError } from '../../wording/format-number';
import type { Estimate, LayerCurvature, Report } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { besideMatrices } from './other-matrices';
import type { JobContext } from '../context/context';
import { Eigenvalues } from './eigenvalues';
import { type MeasureOptions, measureAt } from './measures';
import { type Problem, costOf, emptyReport, measureCheckpoint, openProblem } from '../preparation/problem';
import { ProgressPlan, type Stage } from '../context/progress-plan';
import { promiseOf } from './promise';
import { selfCheck } from './self-check';
import { measureSlices } from './slices';
import type { MeasuredCost } from './measured-cost';
import { SLICE_POINTS, productsOf, secondsOf, stagesOf, workSize } from './work-estimate';

/** Curvature of one checkpoint on its data: the whole report, streamed as its values come to exist. */
export const analyze = (asked: AnalyzeRequest, context: JobContext): Promise<Report> =>
  analyzeAt(asked, context, ({ objective }) => objective.origin);

/** The same at a place in parameter space that may be another than the file's. */
export async function analyzeAt(
  asked: AnalyzeRequest,
  context: JobContext,
  place: (problem: Problem) => Point,
): Promise<Report> {
  const started = performance.now();
  context.progress({ stage: 'reading', fraction: 0, remainingSeconds: undefined });
  const problem = await openProblem(asked, context.signal);
  try {
    return await analyzeOpened(asked, problem, place(problem), context, started);
  } finally {
    problem.objective.dispose();
  }
}

/** The same of a problem that is open already; `started` is the clock's time when the job began. */
export const analyzeOpened = (
  asked: AnalyzeRequest,
  problem: Problem,
  origin: Point,
  context: JobContext,
  started = performance.now(),
): Promise<Report> => new Analysis(asked, problem, origin, context, started).run();

/** What the gradient of these rows says of all rows like them. */
function beyondText({ value, standardError, reason }: Estimate): string {
  if (standardError === null) return reason ?? '';
  const found =
    value > 2 * standardError
      ? withError(value, standardError)
      : `${formatNumber(value, 2)} ± ${formatNumber(standardError, 2)}, zero within its error`;
  return `of these rows; over all rows like them ${found}`;
}

/** What is known of the whole spectrum beyond what the report keeps. */
type KnownSpectrum = Pick<MeasureOptions, 'spectralMeasure' | 'matrix'>;

/** One analysis under way: the report so far and the stages that fill it. */
class Analysis {
  private readonly report: Report;
  private readonly plan: ProgressPlan;
  private eigenvalues: Eigenvalues | undefined;

  constructor(
    private readonly request: AnalyzeRequest,
    private readonly problem: Problem,
    private readonly origin: Point,
    private readonly context: JobContext,
    private readonly started: number,
  ) {
    this.report = emptyReport('analysis', request, problem);
    this.plan = new ProgressPlan(this.stages(), context.progress);
  }

  async run(): Promise<Report> {
    try {
      return await this.measured();
    } finally {
      this.eigenvalues?.dispose();
    }
  }

  private async measured(): Promise<Report> {
    this.publish();
    await this.measureLoss();
    const gradient = await this.measureGradient();
    await this.check(gradient);
    const eigenvalues = await this.openEigenvalues();
    const found = await this.largest(eigenvalues);
    const { exact } = this.request;
    const lowest = this.request.bottom > 0 ? await this.smallest(eigenvalues, found.space) : [];
    if (this.request.operator === 'hessian') await this.promise(gradient);
    let matrix: SymmetricOperator | undefined;
    if (exact) matrix = await this.exact();
    else if (this.request.trace || this.request.layers !== 'off') await this.trace(found.space);
    if (this.request.slices) await this.slices(found.pairs);
    if (this.request.layers === 'full' && !exact) await this.layers();
    if (this.request.operators) await this.otherMatrices();
    const known: KnownSpectrum =
      this.request.density && !exact ? await this.density([...found.pairs, ...lowest]) : { matrix };
    if (measuresAsked(this.request.measures).length > 0) await this.measures(gradient, known);
    this.report.status = 'complete';
    this.publish();
    return this.report;
  }

  private stages(cost?: MeasuredCost): Stage[] {
    return stagesOf(this.request, workSize(this.problem), cost);
  }

  /** Sends the report so far. */
  private publish(): void {
    this.report.cost = costOf(this.problem, this.started);
    this.context.partial(this.report);
  }

  private async measureLoss(): Promise<void> {
    this.plan.enter('loss');
    this.report.loss = await measureCheckpoint(
      this.problem,
      this.origin,
      this.request.checkpoint,
      this.context.signal,
    );
    this.publish();
  }

  private async measureGradient(): Promise<Float64Array> {
    this.plan.enter('gradient');
    const { objective } = this.problem;
    const { signal } = this.context;
    const { gradient } = await objective.gradient(this.origin, signal);
    const length = norm(gradient);
    const overRows = await gradientNormOverRows(
      gradient,
      async (vector) => (await objective.directional(this.origin, vector, signal)).first,
      this.request.seed,
    );
    this.report.gradientNorm = { value: length, standardError: null, reason: beyondText(overRows), overRows };
    this.report.layers =
      this.request.layers === 'off'
        ? []
        : objective.parameters.blocks.map(
            ({ name, layer, shape, length: parameters, offset }): LayerCurvature => ({
              name,
              layer,
              shape: [...shape],
              parameters,
              norm: norm(this.origin.theta.subarray(offset, offset + parameters)),
            }),
          );
    this.publish();
    return gradient;
  }

  /** Questions the derivatives, and says what the whole takes at the price of the products that took. */
  private async check(gradient: Float64Array): Promise<void> {
    this.plan.enter('checks');
    const { objective } = this.problem;
    const { operator, seed } = this.request;
    const { checks, cost } = await selfCheck(
      objective,
      operator,
      this.origin,
      gradient,
      seed,
      this.context.signal,
    );
    this.report.checks = checks;
    const stages = this.stages(cost);
    this.plan.revise(stages);
    this.plan.announce({
      seconds: secondsOf(stages),
      count: productsOf(stages),
      unit: 'Hessian-vector products',
    });
  }

  /** For all figures of the spectrum once its ends are being searched. */
  private get operator(): SymmetricOperator {
    return this.eigenvalues!.operator;
  }

  private async openEigenvalues(): Promise<Eigenvalues> {
    const { objective } = this.problem;
    this.eigenvalues = await Eigenvalues.open(objective, this.origin, this.request, this.context.signal);
    return this.eigenvalues;
  }

  private async largest(eigenvalues: Eigenvalues) {
    this.plan.enter('largest eigenvalues');
    const result = await eigenvalues.largest({
      onProgress: (products) => this.plan.advance(products),
      onValues: (values) => {
        this.report.spectrum.largest = values.map((value) => ({ ...value }));
        this.publish();
      },
    });
    this.report.spectrum.largest = result.values;
    this.report.spectrum.lowestRitz = result.lowestRitz.value;
    this.report.notes.push(...eigenvalues.notes);
    this.publish();
    return result;
  }

  private async smallest(eigenvalues: Eigenvalues, space: KrylovSpace): Promise<readonly EigenPair[]> {
    this.plan.enter('smallest eigenvalues');
    const { pairs, values } = await eigenvalues.smallest(space, {
      onProgress: (products) => this.plan.advance(products),
    });
    this.report.spectrum.smallest = values;
    delete this.report.spectrum.lowestRitz;
    this.publish();
    return pairs;
  }

  private async promise(gradient: Float64Array): Promise<void> {
    this.plan.enter('gradient over curvature');
    const found = await promiseOf(this.report, this.operator, gradient, this.context.signal);
    if (found) this.report.gradientPromise = found;
    this.publish();
  }

  private async trace(space: KrylovSpace): Promise<void> {
    this.plan.enter('trace');
    const { blocks, ...total } = await trace(this.operator, {
      space,
      blocks: this.request.layers === 'off' ? [] : this.problem.objective.parameters.blocks,
      seed: this.request.seed,
      signal: this.context.signal,
      onProgress: ({ value, standardError }, probes) => {
        if (!Number.isFinite(standardError)) return;
        this.plan.expect(expectedProbes({ value, standardError }, probes));
        this.plan.advance(probes);
        this.report.spectrum.trace = { value, standardError, probes };
        this.publish();
      },
    });
    this.report.spectrum.trace = {
      value: total.value,
      standardError: total.standardError,
      probes: total.probes,
    };
    this.report.layers = this.report.layers.map((layer, i) => ({ ...layer, trace: { ...blocks[i] } }));
    this.publish();
  }

  private async slices(pairs: readonly EigenPair[]): Promise<void> {
    this.plan.enter('slices');
    await measureSlices(this.problem, this.origin, pairs, {
      seed: this.request.seed,
      loss: this.report.loss?.train.loss.value ?? 0,
      signal: this.context.signal,
      onPoint: (index, slice, points) => {
        this.report.slices[index] = slice;
        this.plan.advance(index * SLICE_POINTS + points);
        if (points % 5 === 0) this.publish();
      },
    });
  }

  /** The whole spectrum from the dense matrix: trace, layers and density without estimating anything. */
  private async exact(): Promise<SymmetricOperator> {
    this.plan.enter('dense matrix');
    const { blocks, dimension } = this.problem.objective.parameters;
    const found = await exactSpectrum(this.operator, {
      blocks: this.request.layers === 'off' ? [] : blocks,
      signal: this.context.signal,
      onProgress: (products) => {
        this.plan.advance(products);
        if (products === dimension) this.plan.enter('eigenvalues of the matrix');
      },
      onEigenvalues: (share) => this.plan.advance(share),
    });
    const { asymmetry } = found;
    const errorBound = Math.max(asymmetry, this.eigenvalues!.rounding);
    const { spectrum } = this.report;
    const eigenvalues = [...found.eigenvalues];
    spectrum.exact = { eigenvalues, asymmetry };
    spectrum.trace = { value: found.trace, standardError: 0, probes: 0 };
    spectrum.density = densityOfEigenvalues(eigenvalues);
    if (spectrum.lowestRitz !== undefined) {
      delete spectrum.lowestRitz;
      spectrum.smallest = [
        {
          value: eigenvalues[0],
          residual: asymmetry,
          errorBound,
          converged: true,
          samplingReason: SHIFTED,
        },
      ];
    }
    this.report.layers = this.report.layers.map((layer, i) => ({
      ...layer,
      trace: { value: found.blocks[i].trace, standardError: 0 },
      largest: {
        value: found.blocks[i].largest,
        residual: asymmetry,
        errorBound,
        converged: true,
      },
    }));
    this.publish();
    return found.matrix;
  }

  /** The ends and traces of the matrices that stand in for the Hessian elsewhere, for comparison. */
  private async otherMatrices(): Promise<void> {
    this.plan.enter('other matrices');
    await besideMatrices(this.problem.objective, this.origin, this.request, {
      signal: this.context.signal,
      onProgress: (products) => this.plan.advance(products),
      onMatrix: (beside) => {
        this.report.beside = [...(this.report.beside ?? []), beside];
        this.publish();
      },
    });
  }

  private async layers(): Promise<void> {
    this.plan.enter('layers');
    const { blocks } = this.problem.objective.parameters;
    const show = (index: number, { value, residual, errorBound, converged }: EigenEstimate) => {
      this.report.layers[index].largest = { value, residual, errorBound, converged };
    };
    const found = await this.eigenvalues!.layers(blocks, {
      onProgress: (products) => this.plan.advance(products),
      onValue: (index, value) => {
        show(index, value);
        this.publish();
      },
    });
    found.forEach((value, index) => show(index, value));
    this.publish();
  }

  private async density(pairs: readonly EigenPair[]): Promise<KnownSpectrum> {
    this.plan.enter('density');
    const {
      products: _,
      measure,
      matrix,
      ...found
    } = await density(this.operator, {
      pairs,
      seed: this.request.seed,
      signal: this.context.signal,
      onProgress: (spent) => this.plan.advance(spent),
    });
    this.report.spectrum.density = found;
    this.publish();
    return { spectralMeasure: measure, matrix };
  }

  private async measures(gradient: Float64Array, known: KnownSpectrum): Promise<void> {
    this.plan.enter('measures');
    const { seed, operator: spectrumOf, measures } = this.request;
    const ids = measuresAsked(measures);
    const work = workOf(ids, this.problem.objective.parameters.dimension);
    const notes = await measureAt(this.problem, this.origin, ids, {
      seed,
      gradient,
      spectrum: this.report.spectrum,
      spectrumOf,
      ...known,
      signal: this.context.signal,
      onProgress: (share) => this.plan.advance(share * work),
      onMeasure: (found) => {
        this.report.measures = inTableOrder([...this.report.measures, found]);
        this.publish();
      },
    });
    this.report.notes.push(...notes);
    this.publish();
  }
}
