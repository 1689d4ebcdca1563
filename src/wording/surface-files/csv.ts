import type { Picture, Surface } from '../../contract/surface';
import { toCsv } from '../csv';
import { nodeAt } from '../picture-nodes';
import { SHARPNESS_COLUMNS } from '../sharpness';

type Row = (string | number | null)[];

const COLUMNS = [
  ...['picture', 'x', 'y', 'measured'],
  ...['train loss', 'test loss', 'train accuracy', 'test accuracy'],
];

/**
 * Pictures as CSV: one row a node, with what was found there or, where `measured` is 0, interpolated. Where there is a map of
 * sharpness its figures follow, in a row of their own where no node of the picture lies there.
 */
export function surfaceCsv({ pictures }: Surface): string {
  const hasMap = pictures.some(({ sharpness }) => sharpness);
  return toCsv({
    columns: [...COLUMNS, ...(hasMap ? SHARPNESS_COLUMNS.map(({ words }) => words) : [])],
    rows: pictures.flatMap((picture) => (hasMap ? withMap(picture) : lossesOf(picture))),
  });
}

function lossesOf(picture: Picture): Row[] {
  const measured = new Set(picture.measured);
  const { loss, accuracy } = picture;
  return loss.train.map((train, node) => [
    picture.label,
    ...nodeAt(picture, node),
    measured.has(node) ? 1 : 0,
    train,
    loss.test?.[node] ?? null,
    accuracy?.train[node] ?? null,
    accuracy?.test?.[node] ?? null,
  ]);
}

function withMap(picture: Picture): Row[] {
  const { side, axes, sharpness } = picture;
  const rows = lossesOf(picture);
  const none = SHARPNESS_COLUMNS.map(() => null);
  const figures = new Map<number, Row>();
  const beside: Row[] = [];
  for (const place of sharpness?.places ?? []) {
    const found = SHARPNESS_COLUMNS.map(({ of }) => of(place) ?? null);
    const last = sharpness!.side - 1;
    const [column, row] = [place.node % (last + 1), Math.floor(place.node / (last + 1))].map(
      (index) => (index * (side - 1)) / last,
    );
    if (Number.isInteger(column) && Number.isInteger(row)) figures.set(row * side + column, found);
    else {
      const at = nodeAt({ side: last + 1, axes }, place.node);
      beside.push([picture.label, ...at, 0, null, null, null, null, ...found]);
    }
  }
  return [...rows.map((row, node) => [...row, ...(figures.get(node) ?? none)]), ...beside];
}
