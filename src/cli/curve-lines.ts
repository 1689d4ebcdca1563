import type { Curve, Profile } from '../contract/curve';
import { formatNumber } from '../wording/format-number';
import { barrierText, curveSettings } from '../wording/interpretation/of-curve';
import { table, wrapPhrases } from './table';

/** Rows of the profile: of more points every so many are shown. */
const ROWS = 11;

/** A curve beside the straight line as a person reads of them in a terminal. */
export function curveLines(curve: Curve | undefined, width: number): string[] {
  if (!curve?.line || !curve.curve) return [];
  const ways = [
    ['straight line', curve.length.line, curve.line],
    ['curve', curve.length.curve, curve.curve],
  ] as const;
  return [
    ...table([
      [
        '',
        'length',
        'barrier (train)',
        'at t',
        ...(curve.line.barrier.test ? ['barrier (test)', 'at t'] : []),
      ],
      ...ways.map(([name, length, { barrier }]) => [
        name,
        formatNumber(length),
        ...[barrier.train, ...(barrier.test ? [barrier.test] : [])].flatMap((each) => [
          barrierText(each),
          each.value > 0 ? formatNumber(each.at, 3) : '',
        ]),
      ]),
    ]),
    ...wrapPhrases(curveSettings(curve), width),
    '',
    ...profileTable(curve.line, curve.curve),
    '',
  ];
}

function profileTable(line: Profile, curve: Profile): string[] {
  const splits = (['train', 'test'] as const).filter((split) => line.slice.loss[split].length > 0);
  // Where the loss is not finite on one of the two, the other has no partner.
  const shared = line.slice.coordinates.filter((t) => curve.slice.coordinates.includes(t));
  const every = Math.max(1, Math.ceil((shared.length - 1) / (ROWS - 1)));
  const shown = shared.filter((_, i) => i % every === 0 || i === shared.length - 1);
  const loss = ({ slice }: Profile, split: 'train' | 'test', t: number) =>
    formatNumber(slice.loss[split][slice.coordinates.indexOf(t)]);
  return table([
    ['t', ...splits.flatMap((split) => [`${split}, line`, `${split}, curve`])],
    ...shown.map((t) => [
      formatNumber(t, 3),
      ...splits.flatMap((split) => [loss(line, split, t), loss(curve, split, t)]),
    ]),
  ]);
}
