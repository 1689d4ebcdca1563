import type { AnalyzeRequest } from '../../../contract/settings';
import type { MeasuredCost } from '../measured-cost';
import type { PlannedStage } from '../planned-stage';
import { USUAL, checks, first } from './checks';
import { denseEigenvalues, denseMatrix } from './dense-matrix';
import { density } from './density';
import { gradient, gradientOverRows } from './gradient';
import { largest } from './largest';
import { layers } from './layers';
import { loss, testLoss } from './loss';
import { measures } from './measures';
import { otherMatrices } from './other-matrices';
import { picture } from './picture';
import { promise } from './promise';
import { slices } from './slices';
import { smallest } from './smallest';
import type { AnalysisStage, WorkSize } from './stage';
import { trace } from './trace';

/** Everything that an analysis does, in the order in which it is done: what a person waits for first, and what comes later may use what came before. */
const STAGES: readonly AnalysisStage[] = [
  loss,
  gradient,
  first,
  largest,
  gradientOverRows,
  testLoss,
  checks,
  smallest,
  promise,
  trace,
  denseMatrix,
  denseEigenvalues,
  slices,
  layers,
  otherMatrices,
  density,
  picture,
  measures,
];

/** What a request asks for. */
export const stagesAsked = (request: AnalyzeRequest): AnalysisStage[] =>
  STAGES.filter((stage) => stage.isAsked(request));

/** The stages of a request: their work as they count it themselves, and their weight in the cost's unit of time. */
export const stagesOf = (
  request: AnalyzeRequest,
  size: WorkSize,
  cost: MeasuredCost = USUAL,
): PlannedStage[] =>
  stagesAsked(request).map((stage) => {
    const work = Math.max(0.1, stage.work(request, size));
    return {
      name: stage.name,
      work,
      weight: stage.cost(request, size, cost),
      products: stage.products === 'work' ? work : stage.products,
    };
  });
