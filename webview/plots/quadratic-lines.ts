import type { Picture } from '../../src/contract/surface';
import type { Places } from './plane-places';
import { element, round } from './svg';

const CORNERS = 96;

/**
 * The level lines of the quadratic model at the middle, dashed: ellipses where it is bowl-shaped, none where it is not, since
 * hyperbolas would say little beside the landscape itself.
 */
export function quadraticLines(
  { quadratic, axes }: Picture,
  levels: readonly number[],
  places: Places,
): string[] {
  const {
    loss,
    slopes: [sx, sy],
    curvatures: [xx, xy, yy],
  } = quadratic;
  const determinant = xx * yy - xy * xy;
  if (!(xx > 0) || !(determinant > 0)) return [];
  const centre = [(xy * sy - yy * sx) / determinant, (xy * sx - xx * sy) / determinant];
  const bottom = loss + (sx * centre[0] + sy * centre[1]) / 2;
  const reach = Math.hypot(...axes.map(({ from, to }) => to - from));
  // H = L L', so that p = centre + radius L'^-1 u goes once around as u does.
  const a = Math.sqrt(xx);
  const b = xy / a;
  const c = Math.sqrt(yy - b * b);
  return levels.flatMap((level) => {
    const radius = Math.sqrt(2 * (level - bottom));
    if (!(radius > 0) || radius / Math.sqrt(Math.max(xx, yy)) > reach) return [];
    const points = Array.from({ length: CORNERS }, (_, i) => {
      const angle = (2 * Math.PI * i) / CORNERS;
      const v = (radius * Math.sin(angle)) / c;
      const u = (radius * Math.cos(angle) - b * v) / a;
      return `${round(places.x(centre[0] + u))} ${round(places.y(centre[1] + v))}`;
    });
    return [element('path', { class: 'model', d: `M${points.join('L')}Z` })];
  });
}
