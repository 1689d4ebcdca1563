import type { SymmetricOperator } from '../../analysis/operator';
import { formsAlong } from '../../objective/evaluation/forms-along';
import type { Objective, Point } from '../../objective/evaluation/objective';
import type { OperatorName } from '../../contract/vocabulary';

/** A curvature matrix of an objective at a point, as the Krylov methods see it. */
export function operatorAt(objective: Objective, point: Point, operator: OperatorName): SymmetricOperator {
  return {
    dimension: objective.parameters.dimension,
    precision: objective.backend.precision,
    ...(objective.resting.takes(objective.parameters.dimension)
      ? { rest: (vector) => objective.resting.put(vector), restingRoom: objective.resting.room }
      : {}),
    forms: (vectors, signal) => formsAlong(objective, { operator, point }, vectors, signal),
    apply: (vectors, signal) => objective.products(operator, point, vectors, signal),
  };
}
