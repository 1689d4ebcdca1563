import type { Picture, PictureMark } from '../../src/contract/surface';
import { formatNumber } from '../../src/wording/format-number';
import { colourOfRun, meanName, runsOfMarks } from '../../src/wording/path-runs';
import { isOffPlane } from '../../src/wording/picture-nodes';
import type { Frame } from './axes';
import { placeLabels } from './labels';
import type { Places } from './plane-places';
import { diamond, element, line, round } from './svg';

interface Spot {
  readonly mark: PictureMark;
  readonly x: number;
  readonly y: number;
  readonly run: number;
  /** Of its run, where there are several. */
  readonly colour: string;
}

/** Checkpoints with their paths, means of the last of them, floors of basins and the passes between them. */
export function landmarks(picture: Picture, frame: Frame, places: Places): string[] {
  const { marks, basins, path } = picture;
  const runs = runsOfMarks(picture);
  const spots = marks.map((mark, i): Spot => ({
    mark,
    x: places.x(mark.at[0]),
    y: places.y(mark.at[1]),
    run: runs[i],
    colour: colourOfRun(runs[i], path?.runs.length ?? 1),
  }));
  const means = (path?.averages ?? []).map(({ at, last }) => ({
    x: places.x(at[0]),
    y: places.y(at[1]),
    text: meanName(last),
  }));
  const isName = ({ spot }: { readonly spot: Spot }) => runName(spot, picture, spots) !== undefined;
  const named = spots.map((spot) => ({
    spot,
    x: spot.x,
    y: spot.y - 8,
    text: nameOf(spot, picture, spots),
  }));
  return [
    ...basins
      .slice(1)
      .flatMap(({ saddle }) => (saddle ? [cross('saddle', places.x(saddle[0]), places.y(saddle[1]))] : [])),
    ...basins.map(({ at }) => cross('floor', places.x(at[0]), places.y(at[1]))),
    ...steps(spots),
    ...spots.map(({ mark, x, y, colour }) =>
      element('circle', { class: classes('checkpoint', mark, colour), cx: x, cy: y, r: 3.6 }),
    ),
    ...means.map(({ x, y }) => diamond('mean', [x, y])),
    placeLabels(
      // Where room is short the first stay: the names of several runs at their ends, then what is no checkpoint.
      [
        ...named.filter(isName),
        ...means.map((mean) => ({ ...mean, y: mean.y - 8 })),
        ...named.filter((each) => !isName(each)),
      ].map(({ x, y, text }) => ({ x, y, text, className: 'mark' })),
      frame,
      [...spots, ...means],
    ),
  ];
}

/** Dashed from or to where the loss under a checkpoint is not its own. */
function steps(spots: readonly Spot[]): string[] {
  return spots.slice(1).flatMap((spot, i) => {
    const before = spots[i];
    if (before.run !== spot.run) return [];
    const off = isOffPlane(spot.mark) || isOffPlane(before.mark) ? ' off' : '';
    const colour = spot.colour && ` ${spot.colour}`;
    return [line(`step${off}${colour}`, [before.x, before.y], [spot.x, spot.y])];
  });
}

const classes = (kind: string, mark: PictureMark, colour: string): string =>
  [kind, ...(isOffPlane(mark) ? ['off'] : []), ...(colour ? [colour] : [])].join(' ');

const isEnd = (spot: Spot, spots: readonly Spot[]): boolean =>
  spots[spots.indexOf(spot) + 1]?.run !== spot.run;

/** Where several runs are drawn, each ends at its name. */
function runName(spot: Spot, { path }: Picture, spots: readonly Spot[]): string | undefined {
  const name = path?.runs[spot.run].label;
  return name && isEnd(spot, spots) ? name : undefined;
}

function nameOf(spot: Spot, picture: Picture, spots: readonly Spot[]): string {
  const { label, epoch, loss } = spot.mark;
  if (spots.length === 1) return loss === null ? 'here' : formatNumber(loss, 3);
  const run = runName(spot, picture, spots);
  if (run !== undefined) return run;
  return epoch === undefined ? label : `epoch ${epoch}`;
}

/** An upright cross for a floor, a slanted one for a pass. */
function cross(kind: 'floor' | 'saddle', x: number, y: number): string {
  const [cx, cy] = [round(x), round(y)];
  const d = kind === 'floor' ? `M${cx - 4} ${cy}h8M${cx} ${cy - 4}v8` : `M${cx - 3} ${cy - 3}l6 6m0 -6l-6 6`;
  return element('path', { class: kind, d });
}
