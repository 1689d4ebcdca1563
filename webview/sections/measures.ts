import { formatWithError } from '../../src/shared/format-number';
import type { Measure } from '../../src/shared/report';
import type { Context, Section } from '../context';
import { h, onChange } from '../dom';
import { sortableTable } from '../table';
import { tableSection } from './table-section';

/** Measures of sharpness, with their settings and whether they survive a rescaling of layers. */
export function measuresSection(context: Context): Section {
  const section = tableSection(context, 'measures', 'Measures');
  const table = sortableTable<Measure>(context, {
    id: 'measures',
    name: 'Measures',
    columns: [
      { label: 'measure', sortBy: ({ id }) => id, cell: name },
      { label: 'value', numeric: true, sortBy: ({ value }) => value, cell: value },
      { label: 'under rescaling', sortBy: rescaling, cell: rescaling },
    ],
  });
  section.setTable(table.element);
  const show = onChange((measures: readonly Measure[]) => {
    section.setNumbers({
      columns: ['measure', 'value', 'standard error', 'under rescaling', 'settings'],
      rows: measures.map((measure) => [
        measure.id,
        measure.value,
        measure.standardError,
        rescaling(measure),
        settingsText(measure),
      ]),
    });
    table.update(measures);
  });
  return {
    element: section.element,
    update({ report }) {
      const measures = report?.measures ?? [];
      section.element.hidden = measures.length === 0;
      if (measures.length > 0) show(measures);
    },
  };
}

function name(measure: Measure): Node {
  const settings = settingsText(measure);
  return h(
    'span',
    { title: measure.note },
    measure.id.replaceAll('-', ' '),
    settings !== '' && h('em', {}, settings),
  );
}

function value({ value, standardError }: Measure): Node {
  const text = formatWithError(value, standardError);
  return h('span', {}, text.value, text.error !== '' && h('em', {}, `± ${text.error}`));
}

function rescaling({ invariant }: Measure): string {
  return invariant === undefined ? '' : invariant ? 'invariant' : 'moves';
}

function settingsText({ settings }: Measure): string {
  return Object.entries(settings)
    .map(([key, setting]) => `${key} ${typeof setting === 'string' ? setting : JSON.stringify(setting)}`)
    .join(', ');
}
