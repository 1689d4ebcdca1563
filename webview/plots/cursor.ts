import type { CursorSeries, Plot } from './plot';

/** Where the cursor stands: a series and a point of it. */
export interface CursorPlace {
  readonly series: number;
  readonly point: number;
}

/** Where a key moves the cursor: left and right along a series, up and down between series, by ten with Page keys. */
export function moveCursor(plot: Plot, place: CursorPlace | undefined, key: string): CursorPlace | undefined {
  const last = (series: number) => plot.series[series].points.length - 1;
  if (plot.series.length === 0) return undefined;
  if (!place) return ARROWS.has(key) ? { series: 0, point: Math.floor(last(0) / 2) } : undefined;
  const { series, point } = place;
  const along = (to: number): CursorPlace => ({ series, point: Math.max(0, Math.min(last(series), to)) });
  switch (key) {
    case 'ArrowLeft':
      return along(point - 1);
    case 'ArrowRight':
      return along(point + 1);
    case 'PageUp':
      return along(point - 10);
    case 'PageDown':
      return along(point + 10);
    case 'Home':
      return along(0);
    case 'End':
      return along(last(series));
    case 'ArrowUp':
    case 'ArrowDown': {
      const step = key === 'ArrowDown' ? 1 : plot.series.length - 1;
      const next = (series + step) % plot.series.length;
      return { series: next, point: nearestAlong(plot.series[next], plot.series[series].points[point].x) };
    }
    default:
      return undefined;
  }
}

const ARROWS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']);

/** The point under a pointer: nearest along x in each series, then the nearest of those. */
export function cursorAt(plot: Plot, x: number, y: number): CursorPlace | undefined {
  const places = plot.series.map((series, i) => ({ series: i, point: nearestAlong(series, x) }));
  const distance = ({ series, point }: CursorPlace) => {
    const at = plot.series[series].points[point];
    return Math.hypot(at.x - x, at.y - y);
  };
  return places.sort((a, b) => distance(a) - distance(b))[0];
}

function nearestAlong({ points }: CursorSeries, x: number): number {
  let best = 0;
  points.forEach((point, i) => {
    if (Math.abs(point.x - x) < Math.abs(points[best].x - x)) best = i;
  });
  return best;
}
