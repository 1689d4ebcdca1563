import type { Picture, Surface } from '../../contract/surface';
import { LevelScale } from '../../core/level-scale';
import { nodeAt, squaresOf } from '../picture-nodes';

/** How high the picture rises, over the longer of its sides. */
const RISE = 0.5;

/**
 * A picture's training loss as a mesh (Wavefront `.obj`), for whatever draws or prints in three dimensions: x and y are the
 * plane's coordinates, z the height on the picture's own scale of levels, half as high as it is wide. Squares with a corner
 * where the loss is not finite are left out.
 */
export function surfaceObj({ levels }: Surface, picture: Picture): string {
  const { side, axes, loss, label } = picture;
  const scale = new LevelScale(levels);
  const heights = loss.train.map((value) => (value === null ? undefined : scale.height(value)));
  const known = heights.filter((height) => height !== undefined);
  const [low, high] = known.reduce(
    ([least, most], height) => [Math.min(least, height), Math.max(most, height)],
    [Infinity, -Infinity],
  );
  const widest = Math.max(...axes.map(({ from, to }) => to - from));
  const factor = high > low ? (RISE * widest) / (high - low) : 0;
  const vertices = heights.map((height, node) => {
    const [x, y] = nodeAt(picture, node);
    return `v ${x} ${y} ${((height ?? high) - low) * factor}`;
  });
  // Counted from 1.
  const faces = squaresOf(side, (node) => heights[node] !== undefined).map(
    (corners) => `f ${corners.map((node) => node + 1).join(' ')}`,
  );
  return [
    `# ${label.replaceAll(/[\r\n]/g, ' ')}: z is the training loss, ${levels.kind}`,
    ...vertices,
    ...faces,
    '',
  ].join('\n');
}
