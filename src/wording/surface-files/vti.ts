import type { Picture, Surface } from '../../contract/surface';
import { flagsOf } from '../picture-nodes';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * A picture as VTK's image data (`.vti`, VTK XML format, ASCII), as ParaView opens it: a node a point, with the losses and
 * accuracies as its numbers; "Warp By Scalar" raises it. NaN where the loss is not finite.
 */
export function surfaceVti({ settings }: Surface, picture: Picture): string {
  const { side, axes, loss, accuracy } = picture;
  const spacing = axes.map(({ from, to }) => (to - from) / (side - 1));
  const fields: readonly (readonly [string, readonly (number | null)[] | undefined])[] = [
    ['train loss', loss.train],
    ['test loss', loss.test],
    ['train accuracy', accuracy?.train],
    ['test accuracy', accuracy?.test],
    ['measured', [...flagsOf(side, picture.measured)]],
    ['unresolved', [...flagsOf(side, picture.unresolved)]],
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
