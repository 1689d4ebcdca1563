import type { Picture } from '../../src/contract/surface';
import type { Frame } from './axes';
import type { PlotSize } from './plot';
import { round } from './svg';

/** As wide as high where both axes reach equally far, so that distances look alike; else as wide as there is room. */
export function squareFrame({ axes: [x, y] }: Pick<Picture, 'axes'>, { width, height }: PlotSize): Frame {
  const room: Frame = { left: 48, right: width - 16, top: 24, bottom: height - 38 };
  const ratio = (x.to - x.from) / (y.to - y.from);
  if (Math.abs(ratio - 1) > 0.01) return room;
  const side = Math.min(room.right - room.left, room.bottom - room.top);
  return { ...room, right: room.left + side, bottom: room.top + side };
}

/** Where coordinates, and columns and rows of nodes, stand in a picture; y points up. */
export interface Places {
  x(coordinate: number): number;
  y(coordinate: number): number;
  column(index: number): number;
  row(index: number): number;
}

export function placesIn(frame: Frame, { axes: [x, y], side }: Pick<Picture, 'axes' | 'side'>): Places {
  const width = frame.right - frame.left;
  const height = frame.bottom - frame.top;
  return {
    x: (coordinate) => frame.left + (width * (coordinate - x.from)) / (x.to - x.from),
    y: (coordinate) => frame.bottom - (height * (coordinate - y.from)) / (y.to - y.from),
    column: (index) => frame.left + (width * index) / (side - 1),
    row: (index) => frame.bottom - (height * index) / (side - 1),
  };
}

/** A ring of contour points as path commands. d3 puts a node's value into the middle of its cell, half a node further. */
export const ring = (points: readonly (readonly number[])[], places: Places): string =>
  `M${points.map(([column, row]) => `${round(places.column(column - 0.5))} ${round(places.row(row - 0.5))}`).join('L')}Z`;
