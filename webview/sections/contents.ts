import type { ShownFile, ShownTensor } from '../../src/contract/contents';
import {
  counted,
  formatCount,
  formatNumber,
  formatPercent,
  withError,
} from '../../src/wording/format-number';
import type { Context, Section } from '../context';
import { h, onChange } from '../dom';
import type { PlotTable } from '../plots/plot';
import { type Column, sortableTable } from '../table';
import { tensorName } from '../tensor-name';
import { tableSection } from './table-section';

/** A number of what was read of a tensor; of a sample it is only a bound or has an error. */
const figure = (label: string, className: string, of: (tensor: ShownTensor) => string | undefined) => ({
  ...{ label, className, numeric: true },
  cell: (tensor: ShownTensor) => of(tensor) ?? '',
});

const sampled = ({ value, standardError }: { value: number; standardError: number }): string =>
  standardError > 0 ? withError(value, standardError) : formatNumber(value, 4);

const partly = ({ facts, count }: ShownTensor): boolean => facts !== undefined && facts.seen < count;

const COLUMNS: readonly Column<ShownTensor>[] = [
  {
    label: 'tensor',
    className: 'name',
    sortBy: ({ name }) => name,
    cell: ({ name, type, shape, unread }) => tensorName(name, shape, unread ?? type),
  },
  {
    label: 'count',
    className: 'sparest',
    numeric: true,
    sortBy: ({ count }) => count,
    cell: ({ count }) => formatCount(count),
  },
  {
    ...figure('norm', '', ({ facts }) => facts && sampled(facts.norm)),
    sortBy: ({ facts }) => facts?.norm.value,
  },
  figure('mean', 'spare', ({ facts }) => facts && sampled(facts.mean)),
  figure('least', 'spare', (tensor) => {
    const { facts } = tensor;
    return facts && `${partly(tensor) ? '≤ ' : ''}${formatNumber(facts.least, 3)}`;
  }),
  figure('most', 'spare', (tensor) => {
    const { facts } = tensor;
    return facts && `${partly(tensor) ? '≥ ' : ''}${formatNumber(facts.most, 3)}`;
  }),
  {
    ...figure('zeros', 'sparest', ({ facts }) => (facts?.zeros ? formatPercent(facts.zeros) : undefined)),
    sortBy: ({ facts }) => facts?.zeros,
  },
  {
    ...figure('not finite', 'strange', ({ facts }) => {
      const parts = [
        ...(facts?.nan ? [`${formatCount(facts.nan)} NaN`] : []),
        ...(facts?.infinite ? [`${formatCount(facts.infinite)} infinite`] : []),
      ];
      return parts.length === 0 ? undefined : parts.join(', ');
    }),
    sortBy: ({ facts }) => facts && facts.nan + facts.infinite,
  },
  {
    ...figure('σ largest', '', ({ spectrum }) => spectrum && formatNumber(spectrum.largest[0], 4)),
    sortBy: ({ spectrum }) => spectrum?.largest[0],
  },
  {
    ...figure('stable rank', 'spare', ({ spectrum }) => spectrum && formatNumber(spectrum.stableRank, 3)),
    sortBy: ({ spectrum }) => spectrum?.stableRank,
  },
];

/** What is inside of a file: each tensor with what its numbers are like, who wrote it, and what was not read. */
export function contentsSection(context: Context): Section {
  const section = tableSection(context, 'contents', 'What is inside');
  const notes = h('div', {});
  section.element.append(notes);
  let known: string | undefined;
  let table: ReturnType<typeof sortableTable<ShownTensor>> | undefined;
  const show = onChange((file: ShownFile) => {
    const columns = columnsFor(file);
    const labels = columns.map(({ label }) => label).join();
    if (labels !== known) {
      known = labels;
      const name = 'Tensors in the file';
      table = sortableTable<ShownTensor>(context, { id: 'contents', name, columns, limit: 60 });
      section.setTable(table.element);
    }
    section.setSettings(counted(file.tensors.length, 'tensor'));
    section.setNumbers(numbersOf(file));
    table?.update(file.tensors);
    const said = [...file.provenance.map(([key, value]) => `${key}: ${value}`), ...file.notes];
    notes.replaceChildren(...said.map((text) => h('p', { class: 'foot' }, text)));
  });
  return {
    element: section.element,
    update({ view, contents }) {
      section.element.hidden = view !== 'checkpoint' || !contents;
      if (!section.element.hidden && contents) show(contents);
    },
  };
}

/** Only the columns that hold something. */
const columnsFor = ({ tensors }: ShownFile): readonly Column<ShownTensor>[] =>
  COLUMNS.filter(({ cell }) => tensors.some((tensor) => cell(tensor) !== ''));

const numbersOf = ({ tensors }: ShownFile): PlotTable => ({
  columns: [
    ...['tensor', 'type', 'shape', 'count', 'read', 'norm', 'norm ±', 'mean', 'mean ±'],
    ...['least', 'most', 'zeros', 'NaN', 'infinite', 'largest singular value', 'least singular value'],
    'stable rank',
  ],
  rows: tensors.map(({ name, type, shape, count, facts, spectrum }) => [
    ...[name, type, shape.join('x'), count, facts?.seen ?? null],
    ...[facts?.norm.value ?? null, facts?.norm.standardError ?? null],
    ...[facts?.mean.value ?? null, facts?.mean.standardError ?? null],
    ...[facts?.least ?? null, facts?.most ?? null, facts?.zeros ?? null],
    ...[facts?.nan ?? null, facts?.infinite ?? null],
    ...[spectrum?.largest[0] ?? null, spectrum?.smallest ?? null, spectrum?.stableRank ?? null],
  ]),
});
