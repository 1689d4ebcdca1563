import type { Surface } from '../../src/contract/surface';
import { surfaceCsv } from '../../src/wording/surface-files/csv';
import { matplotlibLines } from '../../src/wording/surface-files/matplotlib';
import { surfaceNpz } from '../../src/wording/surface-files/npz';
import { surfaceObj } from '../../src/wording/surface-files/obj';
import { surfaceVti } from '../../src/wording/surface-files/vti';
import type { Context } from '../context';
import type { MenuItem } from '../menu';
import { toBase64 } from '../plots/export';

/** The ways for pictures of the landscape to get into other programs. */
export function surfaceExports(context: Context, surface: Surface): MenuItem[] {
  const [first] = surface.pictures;
  const arrays = async () =>
    context.save('nodes', 'npz', await toBase64(new Blob([surfaceNpz(surface).slice()])), 'base64');
  return [
    { label: 'All nodes as CSV', run: () => context.save('nodes', 'csv', surfaceCsv(surface)) },
    { label: 'Arrays for NumPy (.npz)', run: () => void arrays() },
    {
      label: 'Lines of matplotlib (.py)',
      run: () => context.save('nodes', 'py', matplotlibLines(surface)),
    },
    ...(first
      ? [
          {
            label: 'For ParaView (.vti)',
            run: () => context.save('nodes', 'vti', surfaceVti(surface, first)),
          },
          { label: 'Mesh (.obj)', run: () => context.save('nodes', 'obj', surfaceObj(surface, first)) },
        ]
      : []),
  ];
}
