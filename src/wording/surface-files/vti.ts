import type { Picture, Surface } from '../../contract/surface';
import { flagsOf } from '../picture-nodes';
import { SHARPNESS_COLUMNS, placesByNode } from '../sharpness';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * A picture as VTK's image data (`.vti`, VTK XML format, ASCII), as ParaView opens it: a node a point, with the losses and
 * accuracies as its numbers; "Warp By Scalar" raises it. NaN where the loss is not finite. A map of sharpness, whose grid is
 * coarser, is there as cells: each point has the figures of the nearest place, and `map place` is 1 where that is.
 */
export function surfaceVti({ settings }: Surface, picture: Picture): string {
  const { side, axes, loss, accuracy } = picture;
  const spacing = axes.map(({ from, to }) => (to - from) / (side - 1));
  const fields: readonly Field[] = [
    ['train loss', loss.train],
    ['test loss', loss.test],
    ['train accuracy', accuracy?.train],
    ['test accuracy', accuracy?.test],
    ['measured', [...flagsOf(side, picture.measured)]],
    ['unresolved', [...flagsOf(side, picture.unresolved)]],
    ...mapOf(picture),
  ];
  const extent = `0 ${side - 1} 0 ${side - 1} 0 0`;
  return [
    '<?xml version="1.0"?>',
    `<!-- ${escaped(picture.label).replaceAll('--', '- -')}: ${axes.map(({ label }) => escaped(label)).join(' and ')}; seed ${settings.seed} -->`,
    '<VTKFile type="ImageData" version="0.1" byte_order="LittleEndian">',
    `<ImageData WholeExtent="${extent}" Origin="${axes[0].from} ${axes[1].from} 0" Spacing="${spacing.join(' ')} 1">`,
    `<Piece Extent="${extent}">`,
    '<PointData Scalars="train loss">',
    ...fields.flatMap(([name, values]) =>
      values === undefined
        ? []
        : [
            `<DataArray type="Float64" Name="${name}" format="ascii">`,
            values.map((value) => (value === null ? 'nan' : String(value))).join(' '),
            '</DataArray>',
          ],
    ),
    '</PointData>',
    '</Piece>',
    '</ImageData>',
    '</VTKFile>',
    '',
  ].join('\n');
}

type Field = readonly [name: string, values: readonly (number | null)[] | undefined];

function mapOf({ side, sharpness }: Picture): Field[] {
  if (!sharpness) return [];
  const places = placesByNode(sharpness);
  const last = sharpness.side - 1;
  const nodes = Array.from({ length: side * side }, (_, node) => node);
  const nearest = (node: number) => {
    const [column, row] = [node % side, Math.floor(node / side)].map((index) =>
      Math.round((index * last) / (side - 1)),
    );
    return places[row * (last + 1) + column];
  };
  const standing = new Set(
    sharpness.places.map(({ node }) => {
      const [column, row] = [node % (last + 1), Math.floor(node / (last + 1))].map((index) =>
        Math.round((index * (side - 1)) / last),
      );
      return row * side + column;
    }),
  );
  return [
    ...SHARPNESS_COLUMNS.map(({ array, of }): Field => [
      `map ${array.replaceAll('_', ' ')}`,
      nodes.map((node) => {
        const place = nearest(node);
        return (place && of(place)) ?? null;
      }),
    ]),
    ['map place', nodes.map((node) => Number(standing.has(node)))],
  ];
}
