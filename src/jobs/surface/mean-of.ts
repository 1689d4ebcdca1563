import { addScaled } from '../../core/vectors';
import type { Point } from '../../objective/evaluation/objective';

/** The mean of points in parameters and statistics alike. */
export function meanOf(points: readonly Required<Point>[]): Required<Point> {
  const mean = (vectors: readonly Float64Array[]) => {
    const sum = new Float64Array(vectors[0].length);
    for (const vector of vectors) addScaled(sum, 1 / vectors.length, vector);
    return sum;
  };
  return { theta: mean(points.map(({ theta }) => theta)), state: mean(points.map(({ state }) => state)) };
}
