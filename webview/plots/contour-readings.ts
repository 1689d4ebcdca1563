import type { Picture } from '../../src/contract/surface';
import { formatNumber, formatPercent } from '../../src/wording/format-number';
import { nodeAt } from '../../src/wording/picture-nodes';
import type { Plot } from './plot';

/** Rows and columns that the cursor can stand on. */
const READ = 32;

/**
 * What the cursor says of a picture, row by row, and the numbers behind it: all nodes that were measured.
 * @param standing where a node is drawn.
 */
export function pictureReadings(
  picture: Picture,
  standing: (column: number, row: number) => { readonly x: number; readonly y: number },
): Pick<Plot, 'series' | 'table'> {
  const { side, measured } = picture;
  const stride = Math.max(1, Math.floor((side - 1) / READ));
  const rows = Array.from({ length: Math.floor((side - 1) / stride) + 1 }, (_, i) => i * stride);
  const known = new Set(measured);
  return {
    // From the top, as arrow keys go down.
    series: [...rows].reverse().map((row) => ({
      label: `row ${row}`,
      points: rows.map((column) => {
        const node = row * side + column;
        return { ...standing(column, row), text: textAt(picture, node, known) };
      }),
    })),
    table: {
      columns: ['x', 'y', 'training loss', 'test loss', 'training accuracy', 'test accuracy'],
      rows: [...measured]
        .sort((a, b) => a - b)
        .map((node) => [
          ...nodeAt(picture, node),
          picture.loss.train[node],
          picture.loss.test?.[node] ?? null,
          picture.accuracy?.train[node] ?? null,
          picture.accuracy?.test?.[node] ?? null,
        ]),
    },
  };
}

function textAt(picture: Picture, node: number, known: ReadonlySet<number>): string {
  const [x, y] = nodeAt(picture, node);
  const { loss, accuracy, cosine } = picture;
  const distance = Math.sqrt(Math.max(0, x * x + y * y + 2 * cosine * x * y));
  const shown = (value: number | null | undefined) =>
    value === null || value === undefined ? 'off every scale' : formatNumber(value, 3);
  return [
    `(${formatNumber(x, 3)}, ${formatNumber(y, 3)}), ${formatNumber(distance, 3)} away: loss ${shown(loss.train[node])}`,
    ...(loss.test ? [`test ${shown(loss.test[node])}`] : []),
    ...(typeof accuracy?.train[node] === 'number' ? [`accuracy ${formatPercent(accuracy.train[node])}`] : []),
    known.has(node) ? 'measured' : 'interpolated',
  ].join(', ');
}
