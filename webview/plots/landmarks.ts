import type { Picture, PictureMark } from '../../src/contract/surface';
import { formatNumber } from '../../src/wording/format-number';
import { isOffPlane } from '../../src/wording/picture-nodes';
import type { Frame } from './axes';
import { placeLabels } from './labels';
import type { Places } from './plane-places';
import { element, line, round } from './svg';

/** Checkpoints with their path, floors of basins and the passes between them. */
export function landmarks({ marks, basins }: Picture, frame: Frame, places: Places): string[] {
  const spots = marks.map((mark) => ({ mark, x: places.x(mark.at[0]), y: places.y(mark.at[1]) }));
  const steps = spots.slice(1).map((spot, i) => {
    const before = spots[i];
    const dashed = isOffPlane(spot.mark) || isOffPlane(before.mark) ? ' off' : '';
    return line(`step${dashed}`, [before.x, before.y], [spot.x, spot.y]);
  });
  const isPath = spots.length > 1;
  return [
    ...basins
      .slice(1)
      .flatMap(({ saddle }) => (saddle ? [cross('saddle', places.x(saddle[0]), places.y(saddle[1]))] : [])),
    ...basins.map(({ at }) => cross('floor', places.x(at[0]), places.y(at[1]))),
    ...(isPath ? steps : []),
    ...spots.map(({ mark, x, y }) =>
      element('circle', { class: `checkpoint${isOffPlane(mark) ? ' off' : ''}`, cx: x, cy: y, r: 3.6 }),
    ),
    placeLabels(
      spots.map(({ mark, x, y }) => ({ x, y: y - 8, text: nameOf(mark, isPath), className: 'mark' })),
      frame,
      spots,
    ),
  ];
}

function nameOf({ label, epoch, loss }: PictureMark, isPath: boolean): string {
  if (!isPath) return loss === null ? 'here' : formatNumber(loss, 3);
  return epoch === undefined ? label : `epoch ${epoch}`;
}

/** An upright cross for a floor, a slanted one for a pass. */
function cross(kind: 'floor' | 'saddle', x: number, y: number): string {
  const [cx, cy] = [round(x), round(y)];
  const d = kind === 'floor' ? `M${cx - 4} ${cy}h8M${cx} ${cy - 4}v8` : `M${cx - 3} ${cy - 3}l6 6m0 -6l-6 6`;
  return element('path', { class: kind, d });
}
