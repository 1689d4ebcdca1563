import type { Picture, Surface } from '../contract/surface';
import { printable } from '../core/printable';
import { formatNumber, formatPercent, withError } from '../wording/format-number';
import { howMeasured } from '../wording/how-measured';
import { mapLines } from './map-lines';
import { pathLines } from './path-lines';
import { table, wrap, wrapPhrases } from './table';

const MOST_COLUMNS = 100;
const LEAST_COLUMNS = 60;

/** Pictures of the landscape as a person reads of them in a terminal of so many columns. */
export function surfaceSummary(surface: Surface, columns = MOST_COLUMNS): string {
  const width = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
  const { pictures, levels, settings } = surface;
  const how = howMeasured({
    settings,
    checkpoint: pictures[0].checkpoint,
    status: surface.status,
    cost: surface.cost,
  });
  return [
    surface.title,
    ...(surface.status === 'complete' ? [] : ['Not complete: this is as far as it was drawn.']),
    ...wrapPhrases(how, width),
    '',
    ...table([
      ['', 'x', 'y', 'loss at 0', 'lowest', 'highest level'],
      ...pictures.map((picture) => [
        picture.label,
        ...picture.axes.map(axisText),
        withError(picture.centre.train.loss.value, picture.centre.train.loss.standardError),
        formatNumber(lowest(picture)),
        formatNumber(levels.values[levels.values.length - 1]),
      ]),
    ]),
    ...marksOf(pictures),
    ...pictures.flatMap(pathLines),
    ...pictures.flatMap(mapLines),
    '',
    ...surface.findings.flatMap((finding) => wrap(finding, width)),
    ...surface.notes.flatMap((note) => wrap(`Note: ${note}`, width)),
    '',
  ]
    .map(printable)
    .join('\n');
}

const axisText = ({ label, from, to, explained }: Picture['axes'][number]): string =>
  `${label}, ${formatNumber(from, 3)} to ${formatNumber(to, 3)}${explained === undefined ? '' : ` (${formatPercent(explained)})`}`;

const lowest = ({ loss }: Picture): number =>
  loss.train.reduce<number>((low, value) => Math.min(low, value ?? Infinity), Infinity);

/** Where several checkpoints are marked, a row each. */
function marksOf(pictures: readonly Picture[]): string[] {
  const marks = pictures.flatMap(({ marks }) => (marks.length > 1 ? marks : []));
  if (marks.length === 0) return [];
  const loss = (value: number | null) => (value === null ? 'not finite' : formatNumber(value));
  return [
    '',
    ...table([
      ['checkpoint', 'x', 'y', 'from the plane', 'its loss', 'loss under it'],
      ...marks.map((mark) => [
        mark.label,
        formatNumber(mark.at[0], 3),
        formatNumber(mark.at[1], 3),
        formatNumber(mark.distance, 2),
        loss(mark.loss),
        loss(mark.lossOnPlane),
      ]),
    ]),
  ];
}
