import { squareSpiral } from '../../../analysis/surface/square-spiral';
import type { AnalyzeRequest } from '../../../contract/settings';
import type { SharpnessMap } from '../../../contract/sharpness-map';
import type { Objective, Point } from '../../../objective/evaluation/objective';
import { nodeAt } from '../../../wording/picture-nodes';
import { placeAt } from '../kept-places';
import type { DrawnPlane } from '../planes';
import { pointOnPlane } from '../point-on-plane';
import type { KeptSharpness } from './kept-sharpness';
import { sharpnessAt } from './sharpness-at';

export interface MapAsked {
  readonly objective: Objective;
  readonly plane: Pick<DrawnPlane, 'origin' | 'directions' | 'axes'>;
  readonly request: AnalyzeRequest;
  /** Nodes on a side. */
  readonly side: number;
  /** The point as the picture's loss is measured there: with batch norm's statistics as they are, or anew. */
  readonly settled: (point: Required<Point>) => Promise<Point>;
  readonly kept: KeptSharpness;
  readonly signal: AbortSignal;
  /** As far as it is known, after each place, with the products that it took. */
  onPlace(map: SharpnessMap, products: number): void;
}

/**
 * Largest eigenvalue and gradient norm on a coarse grid over a plane, from the middle outwards, each search beginning with the
 * eigenvector found before it: neighbours have nearly the same.
 *
 * @throws UserError, CancelledError
 */
export async function mapSharpness(asked: MapAsked): Promise<SharpnessMap> {
  const { objective, plane, request, side, settled, kept, signal, onPlace } = asked;
  const [x, y] = plane.axes;
  const places: SharpnessMap['places'] = [];
  let near: Float64Array | undefined;
  for (const node of squareSpiral(side)) {
    const at = nodeAt({ side, axes: [x, y] }, node);
    let sharpness = kept.find(placeAt(at));
    let spent = 0;
    if (!sharpness) {
      const point = await settled(pointOnPlane(plane, at));
      const found = await sharpnessAt(objective, point, { request, near, signal });
      ({ sharpness, products: spent } = found);
      near = found.vector ?? near;
      await kept.keep(placeAt(at), sharpness);
    }
    places.push({ node, ...sharpness });
    onPlace({ side, places: [...places] }, spent);
  }
  return { side, places };
}
