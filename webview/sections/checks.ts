import { formatNumber } from '../../src/wording/format-number';
import type { Check } from '../../src/contract/report';
import type { Context, Section } from '../context';
import { onChange } from '../dom';
import { sortableTable } from '../table';
import { tableSection } from './table-section';

/** The run's own checks of its figures. */
export function checksSection(context: Context): Section {
  const section = tableSection(context, 'checks', 'Checks');
  const table = sortableTable<Check>(context, {
    id: 'checks',
    name: 'Checks',
    columns: [
      { label: 'what', cell: ({ label }) => label },
      { label: 'found', numeric: true, cell: ({ found }) => formatNumber(found, 2) },
      { label: 'allowed', numeric: true, cell: ({ allowed }) => formatNumber(allowed, 2) },
      { label: 'result', cell: ({ passed }) => (passed ? 'passed' : 'failed') },
    ],
    rowClass: ({ passed }) => (passed ? undefined : 'failed'),
  });
  section.setTable(table.element);
  const show = onChange((checks: readonly Check[]) => {
    const failed = checks.filter(({ passed }) => !passed).length;
    section.setSettings(failed === 0 ? 'all passed' : `${failed} of ${checks.length} failed`);
    section.setNumbers({
      columns: ['check', 'found', 'allowed', 'result'],
      rows: checks.map(({ label, found, allowed, passed }) => [
        label,
        found,
        allowed,
        passed ? 'passed' : 'failed',
      ]),
    });
    table.update(checks);
  });
  return {
    element: section.element,
    update({ report }) {
      const checks = report?.checks ?? [];
      section.element.hidden = checks.length === 0;
      if (checks.length > 0) show(checks);
    },
  };
}
