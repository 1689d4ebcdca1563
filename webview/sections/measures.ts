import { formatNumber, formatWithError } from '../../src/wording/format-number';
import { measureLabel, measureName, measureRemark } from '../../src/wording/measure-names';
import type { Measure } from '../../src/contract/report';
import { UNDER_RESCALING, type UnderRescaling, underRescaling } from '../../src/wording/under-rescaling';
import type { Context, Section } from '../context';
import { button } from '../controls';
import { h, onChange } from '../dom';
import { explained } from '../explained';
import { type Column, sortableTable } from '../table';
import { tableSection } from './table-section';

/** Measures of sharpness in one table, in groups by what a rescaling of layers or neurons does to them. */
export function measuresSection(context: Context): Section {
  const section = tableSection(context, 'measures', 'Measures of sharpness');
  section.setSettings('± one standard error over rows, draws or probes, as each says');
  const table = sortableTable<Measure>(context, {
    id: 'measures',
    name: 'Measures of sharpness',
    columns: columnsOf(context),
    groups: UNDER_RESCALING.map((kind) => ({
      title: GROUPS[kind],
      holds: (measure) => kindOf(measure) === kind,
    })),
  });
  section.setTable(
    h(
      'div',
      { class: 'measures' },
      table.element,
      context.host.interactive && h('p', { class: 'offer' }, ...rescaleButton(context)),
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

const GROUPS: Readonly<Record<UnderRescaling, string>> = {
  moves: 'Move when layers are rescaled',
  'by-neuron': 'Move only when neurons are rescaled one by one',
  stays: 'Stay when layers or neurons are rescaled',
};

const kindOf = ({ id, invariant }: Measure) => underRescaling(id, invariant);

/** Dinh et al. (2017) by one click: which of these measures move on this very network. */
function rescaleButton({ host }: Context): Node[] {
  return [
    button('Test under rescaling', {
      appearance: 'secondary',
      testId: 'rescale',
      onClick: () => host.post({ type: 'rescale' }),
    }),
    h('em', {}, 'rescales the layers so that the network computes the same, and measures again'),
  ];
}

const columnsOf = (context: Context): readonly Column<Measure>[] => [
  {
    label: 'measure',
    className: 'name',
    sortBy: ({ id }) => measureLabel(id),
    cell: (measure) => name(context, measure),
  },
  { label: 'value', numeric: true, sortBy: ({ value }) => value, cell: (measure) => figures(measure).value },
  {
    label: 'error',
    className: 'error',
    sortBy: ({ standardError }) => standardError ?? undefined,
    cell: error,
  },
];

/** The name, which unfolds what it means, and under it what it was measured with. */
function name(context: Context, measure: Measure): Node {
  const { id, note } = measure;
  const known = measureName(id);
  const about = known && `${known.meaning} ${known.source}.`;
  const text = [about, note].filter((part) => part !== undefined).join(' ');
  const settings = settingsText(measure);
  return h(
    'span',
    {},
    text === '' ? measureLabel(id) : explained(context, id, measureLabel(id), text),
    settings !== '' && h('span', { class: 'sub' }, settings),
  );
}

const figures = ({ value, standardError }: Measure) => formatWithError(value, standardError);

/** The error with what it is over, or in its place why there is none. */
function error(measure: Measure): Node | string {
  const text = figures(measure).error;
  if (text === '') return h('em', {}, measureRemark(measure));
  return h('span', {}, h('span', { class: 'whole' }, `± ${text}`), ' ', h('em', {}, errorOver(measure)));
}

/** What the error is over: rows, draws, probes. */
function errorOver({ settings }: Measure): string {
  return typeof settings.error === 'string' ? settings.error : '';
}

/** What identifies a measure besides its name, as it is written; the rest is in the export. */
const SHOWN: Readonly<Record<string, string>> = {
  operator: '',
  eps: 'ε ',
  rho: 'ρ ',
  sigma: 'σ ',
  z: 'z ',
  threshold: 'threshold ',
  draws: 'draws ',
  iterations: 'iterations ',
  steps: 'steps ',
  probes: 'probes ',
};

function settingsText({ settings }: Measure): string {
  return Object.entries(SHOWN)
    .flatMap(([key, name]) => {
      const setting = settings[key];
      if (typeof setting === 'number') return [name + formatNumber(setting, 4)];
      return typeof setting === 'string' && setting !== 'hessian' ? [name + setting] : [];
    })
    .join(', ');
}
