import { formatWithError } from '../shared/format-number';
import { measureLabel, measureRemark } from '../shared/measure-names';
import type { Measure } from '../shared/report';
import { table } from './table';

/** The measures of sharpness as two tables: those that a rescaling of layers moves, and those that it does not. */
export function measureLines(measures: readonly Measure[]): string[] {
  const moving = measures.filter(({ invariant }) => !invariant).map(row);
  const staying = measures.filter(({ invariant }) => invariant).map(row);
  if (moving.length + staying.length === 0) return [];
  const groups = [
    ...(moving.length > 0 ? [['measures that rescaling layers moves', '', 'error', 'over'], ...moving] : []),
    ...(staying.length > 0 ? [['measures that it does not move', '', 'error', 'over'], ...staying] : []),
  ];
  const lines = table(groups);
  const between = moving.length > 0 && staying.length > 0 ? moving.length + 1 : 0;
  return [...lines.slice(0, between), ...(between > 0 ? [''] : []), ...lines.slice(between), ''];
}

function row(measure: Measure): string[] {
  const { id, value, standardError, settings } = measure;
  const text = formatWithError(value, standardError);
  const over = typeof settings.error === 'string' && text.error ? settings.error.replace(/^over /, '') : '';
  return [measureLabel(id), text.value, text.error && `± ${text.error}`, over, measureRemark(measure)];
}
