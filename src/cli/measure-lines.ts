import { formatWithError } from '../wording/format-number';
import { measureLabel, measureRemark } from '../wording/measure-names';
import type { Measure } from '../contract/report';
import { UNDER_RESCALING, type UnderRescaling, underRescaling } from '../wording/under-rescaling';
import { table } from './table';

const TITLES: Readonly<Record<UnderRescaling, string>> = {
  moves: 'measures that rescaling layers moves',
  'by-neuron': 'only when neurons are rescaled one by one',
  stays: 'measures that it does not move',
};

/** The measures of sharpness in groups, by what becomes of them when layers are rescaled. */
export function measureLines(measures: readonly Measure[]): string[] {
  const groups = UNDER_RESCALING.flatMap((state) => {
    const rows = measures.filter(({ id, invariant }) => underRescaling(id, invariant) === state).map(row);
    return rows.length > 0 ? [[[TITLES[state], '', 'error', 'over'], ...rows]] : [];
  });
  if (groups.length === 0) return [];
  const lines = table(groups.flat());
  let from = 0;
  return groups.flatMap((group) => [...lines.slice(from, (from += group.length)), '']);
}

function row(measure: Measure): string[] {
  const { id, value, standardError, settings } = measure;
  const text = formatWithError(value, standardError);
  const over = typeof settings.error === 'string' && text.error ? settings.error.replace(/^over /, '') : '';
  return [measureLabel(id), text.value, text.error && `± ${text.error}`, over, measureRemark(measure)];
}
