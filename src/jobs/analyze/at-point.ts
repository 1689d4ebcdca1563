import type { LongVector } from '../../core/long-vector';
import type { OperatorName } from '../../contract/vocabulary';
import type { Objective, Point } from '../../objective/evaluation/objective';

/** What is asked of an objective that is checked. */
export type Subject = Pick<
  Objective,
  | 'products'
  | 'gradient'
  | 'losses'
  | 'chunkDependence'
  | 'ofFirst'
  | 'inFloat64'
  | 'smooth'
  | 'rowWork'
  | 'rows'
  | 'fitsFloat64'
  | 'backend'
  | 'resting'
> & { readonly parameters: Pick<Objective['parameters'], 'dimension' | 'blocks'> };

/** What is checked, and where. */
export interface AtPoint {
  readonly objective: Subject;
  readonly operator: OperatorName;
  readonly point: Point;
  readonly gradient: LongVector;
}
