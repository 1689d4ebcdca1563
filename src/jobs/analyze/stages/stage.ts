import type { AnalyzeRequest } from '../../../contract/settings';
import type { AnalysisState } from '../state';
import type { MeasuredCost } from '../measured-cost';
import type { Problem } from '../../preparation/problem';

/** What decides how much there is to do. */
export interface WorkSize {
  readonly tensors: number;
  readonly parameters: number;
  /** Test rows over training rows: the loss is measured on both. */
  readonly testShare: number;
  /** Multiplications of a product of every training row. */
  readonly operations: number;
}

export const workSize = ({ objective, data }: Pick<Problem, 'objective' | 'data'>): WorkSize => ({
  tensors: objective.parameters.blocks.length,
  parameters: objective.parameters.dimension,
  testShare: objective.hasTest ? (data.test?.rows ?? 0) / objective.rows : 0,
  operations: objective.rowWork.operations * objective.rows,
});

/** One stage of an analysis, whole: the run, the estimate and the progress all read it here. */
export interface AnalysisStage {
  /** As progress shows it. */
  readonly name: string;
  isAsked(request: AnalyzeRequest): boolean;
  /** The work that is expected, as the stage counts it itself: in products where it takes products. */
  work(request: AnalyzeRequest, size: WorkSize): number;
  /** Products with the operator: its work, or so many. */
  readonly products: 'work' | number;
  /** What all of it takes, in the cost's unit of time. */
  cost(request: AnalyzeRequest, size: WorkSize, cost: MeasuredCost): number;
  /** Absent where the stage before goes on into it. */
  run?(state: AnalysisState): Promise<void>;
}

/** Products of an eigenvalue search, from what it took on real networks. */
const LARGEST_BASE = 14;
const FRESH_START = 4;
/** A gradient, and first and second derivatives along a vector, as shares of a product. */
export const GRADIENT = 0.5;
export const ALONG = 0.5;
/** Programs beside those of products take so long to compile, as shares of that of one product. */
export const COMPILE_VALUE = 0.1;
export const COMPILE_GRADIENT = 0.5;
export const COMPILE_ALONG = 0.5;

/** No figure takes more products than the matrix has rows, twice. */
export const atMostTwice = (products: number, { parameters }: WorkSize): number =>
  Math.min(products, 2 * parameters);

/** Vectors made orthogonal to one another while a basis grows from one size to another. */
export const growing = (from: number, to: number): number => (to * to - from * from) / 2;

/** How large the basis of the search for the largest eigenvalues becomes. */
export const searched = ({ top }: AnalyzeRequest, { parameters }: WorkSize): number =>
  Math.min(parameters, LARGEST_BASE + FRESH_START + top);

/** What the search for the largest eigenvalues takes, without their errors. */
export const costOfSearch = (request: AnalyzeRequest, size: WorkSize, cost: MeasuredCost): number =>
  (searched(request, size) + 1) * cost.single + growing(0, searched(request, size)) * cost.orthogonalize;

/** The loss of every row, training and test. */
export const costOfLosses = ({ testShare }: WorkSize, { value }: MeasuredCost): number =>
  value * (1 + testShare);

/** Every eigenvalue of the dense matrix, and the matrix. */
export const costOfMatrix = ({ parameters }: WorkSize, { ofFour }: MeasuredCost): number =>
  parameters * ofFour;
export const costOfEigenvalues = ({ parameters }: WorkSize, { eigenvalues }: MeasuredCost): number =>
  parameters ** 3 * eigenvalues;
