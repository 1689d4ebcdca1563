import { formatNumber, formatWithError } from '../../src/shared/format-number';
import { measureLabel, measureName, measureRemark } from '../../src/shared/measure-names';
import type { Measure } from '../../src/shared/report';
import { UNDER_RESCALING, type UnderRescaling, underRescaling } from '../../src/shared/under-rescaling';
import type { Context, Section } from '../context';
import { button } from '../controls';
import { h, onChange } from '../dom';
import { type Column, sortableTable } from '../table';
import { tableSection } from './table-section';

/** Measures of sharpness in groups side by side, by what a rescaling of layers or neurons does to them. */
export function measuresSection(context: Context): Section {
  const section = tableSection(context, 'measures', 'Measures of sharpness');
  section.setSettings('± over rows, draws or probes');
  const groups = UNDER_RESCALING.map((kind) =>
    group(context, `measures-${kind}`, GROUPS[kind], (measure) => kindOf(measure) === kind),
  );
  section.setTable(
    h(
      'div',
      {},
      h('div', { class: 'side-by-side' }, ...groups.map(({ element }) => element)),
      context.host.interactive && h('p', { class: 'offer' }, rescaleButton(context)),
    ),
  );
  const show = onChange((measures: readonly Measure[]) => {
    section.setNumbers({
      columns: ['measure', 'value', 'standard error', 'error', 'under rescaling', 'settings', 'note'],
      rows: measures.map((measure) => [
        measure.id,
        measure.value,
        measure.standardError,
        errorOver(measure),
        kindOf(measure),
        JSON.stringify(measure.settings),
        measure.note ?? '',
      ]),
    });
    for (const each of groups) each.update(measures);
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

const GROUPS: Readonly<Record<UnderRescaling, string>> = {
  moves: 'Move when layers are rescaled',
  'by-neuron': 'Move only when neurons are rescaled one by one',
  stays: 'Stay when layers or neurons are rescaled',
};

const kindOf = ({ id, invariant }: Measure) => underRescaling(id, invariant);

/** Dinh et al. (2017) by one click: which of these measures move on this very network. */
function rescaleButton({ host }: Context): HTMLElement {
  const test = button('Test under rescaling', {
    appearance: 'secondary',
    testId: 'rescale',
    onClick: () => host.post({ type: 'rescale' }),
  });
  test.title = 'Rescales the layers so that the network computes the same, and measures again';
  return test;
}

const columns: readonly Column<Measure>[] = [
  { label: 'measure', sortBy: ({ id }) => measureLabel(id), cell: name },
  { label: 'value', numeric: true, sortBy: ({ value }) => value, cell: (measure) => figures(measure).value },
  { label: 'error', numeric: true, sortBy: ({ standardError }) => standardError ?? undefined, cell: error },
];

function group(
  context: Context,
  id: string,
  title: string,
  belongs: (measure: Measure) => boolean,
): { element: HTMLElement; update(measures: readonly Measure[]): void } {
  const table = sortableTable<Measure>(context, { id, name: title, columns });
  const element = h('div', {}, h('h3', {}, title), table.element);
  return {
    element,
    update(measures) {
      const own = measures.filter(belongs);
      element.hidden = own.length === 0;
      table.update(own);
    },
  };
}

function name(measure: Measure): Node {
  const known = measureName(measure.id);
  const settings = settingsText(measure);
  const title = [known?.meaning, measure.note].filter((text) => text !== undefined).join('\n');
  return h('span', { title }, measureLabel(measure.id), settings !== '' && h('em', {}, settings));
}

const figures = ({ value, standardError }: Measure) => formatWithError(value, standardError);

function error(measure: Measure): Node | string {
  const text = figures(measure).error;
  if (text !== '') return h('span', {}, `± ${text}`, h('em', {}, errorOver(measure)));
  const remark = measureRemark(measure);
  return remark === '' ? '' : h('em', {}, remark);
}

/** What the error is over: rows, draws, probes. */
function errorOver({ settings }: Measure): string {
  return typeof settings.error === 'string' ? settings.error.replace(/^over /, '') : '';
}

/** What identifies a measure besides its name; the rest is in the export. */
const SHOWN = [
  'operator',
  'eps',
  'rho',
  'sigma',
  'z',
  'threshold',
  'draws',
  'iterations',
  'steps',
  'probes',
] as const;

function settingsText({ settings }: Measure): string {
  return SHOWN.flatMap((key) => {
    const setting = settings[key];
    if (setting === 'hessian') return [];
    if (typeof setting === 'number') return [`${key} ${formatNumber(setting, 4)}`];
    return typeof setting === 'string' ? [setting] : [];
  }).join(', ');
}
