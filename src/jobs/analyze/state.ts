import type { SymmetricOperator } from '../../analysis/operator';
import type { EigenPair } from '../../analysis/spectrum/eigenpair';
import type { KrylovSpace } from '../../analysis/spectrum/krylov-space';
import type { LongVector } from '../../core/long-vector';
import type { Report } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import type { Point } from '../../objective/evaluation/objective';
import type { JobContext } from '../context/context';
import { ProgressPlan } from '../context/progress-plan';
import type { Problem } from '../preparation/problem';
import { costOf, emptyReport, tellOfLanes, tellPlace } from '../preparation/begun-report';
import type { Eigenvalues } from './eigenvalues';
import type { FirstProducts } from './first-products';
import type { MeasuredCost } from './measured-cost';
import type { MeasureOptions } from './measures';
import { type PlannedStage, productsOf, secondsOf } from './planned-stage';
import type { AtPoint } from './at-point';

/** What an analysis is of. */
export interface AnalysisSubject {
  readonly request: AnalyzeRequest;
  readonly problem: Problem;
  readonly origin: Point;
  readonly context: JobContext;
  /** By `performance.now()`, when the job began. */
  readonly started: number;
}

/** One analysis under way: the report so far, and what stages leave for those after them. */
export class AnalysisState {
  readonly report: Report;
  readonly progress: ProgressPlan;
  /** Of the loss at the origin. */
  gradient!: LongVector;
  first!: FirstProducts;
  /** Opened with the search for the largest ones, and disposed with the analysis. */
  eigenvalues: Eigenvalues | undefined;
  largest: readonly EigenPair[] = [];
  smallest: readonly EigenPair[] = [];
  /** What the search for the largest ones has multiplied. */
  space!: KrylovSpace;
  /** What is known of the whole spectrum beyond what the report keeps. */
  known: Pick<MeasureOptions, 'spectralMeasure' | 'matrix'> = {};

  /** `stages` are those of the request, by what things cost where that is known. */
  constructor(
    readonly subject: AnalysisSubject,
    private readonly stages: (cost?: MeasuredCost) => readonly PlannedStage[],
  ) {
    this.report = emptyReport('analysis', subject.request, subject.problem);
    this.progress = new ProgressPlan(stages(), subject.context.progress);
  }

  get signal(): AbortSignal {
    return this.subject.context.signal;
  }

  /** What is questioned, and where. */
  get atPoint(): AtPoint {
    const { problem, origin, request } = this.subject;
    const { objective } = problem;
    return { objective, operator: request.operator, point: origin, gradient: this.gradient };
  }

  /** For all figures of the spectrum once its ends are being searched. */
  get operator(): SymmetricOperator {
    return this.eigenvalues!.operator;
  }

  /** Says what the whole takes, now that it is known what things cost. */
  reprice(cost: MeasuredCost): void {
    const stages = this.stages(cost);
    this.progress.revise(stages);
    this.progress.announce({
      seconds: secondsOf(stages),
      count: productsOf(stages),
      unit: 'Hessian-vector products',
    });
  }

  /** Sends the report so far. */
  publish(): void {
    const { problem, started, context } = this.subject;
    this.report.cost = costOf(problem, started);
    tellPlace(this.report, problem);
    tellOfLanes(this.report, problem);
    context.partial(this.report);
  }
}
