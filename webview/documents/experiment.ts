import type { ExperimentReport } from '../../src/shared/experiment';
import { formatNumber, formatPercent, withError } from '../../src/shared/format-number';
import type { Context } from '../context';
import { h, onChange, replace } from '../dom';
import { tableSection } from '../sections/table-section';
import type { DocumentPart } from './part';

const WORDS = { supported: 'Supported here', contradicted: 'Contradicted here', undecided: 'Undecided here' };

/** An experiment: the question, the verdicts with their reasons, the figures of each group of runs. */
export function experimentPart(context: Context): DocumentPart<ExperimentReport> {
  const question = h('p', {});
  const background = h('p', { class: 'caveat' });
  const verdicts = h('div', { class: 'verdicts' });
  const groups = tableSection(context, 'groups', 'Figures, means over seeds');
  const runs = tableSection(context, 'runs', 'Runs');
  const element = h(
    'div',
    {},
    h('div', { class: 'say' }, question, background),
    verdicts,
    groups.element,
    runs.element,
  );
  const show = onChange((report: ExperimentReport) => {
    replace(question, h('strong', {}, report.question));
    background.textContent = report.background;
    replace(
      verdicts,
      ...report.verdicts.map(({ sentence, verdict, reason, seeds }) =>
        h(
          'section',
          { class: `verdict ${verdict}` },
          h('h3', {}, `${WORDS[verdict]}: ${sentence}`),
          h('p', {}, `${reason} (${seeds} ${seeds === 1 ? 'seed' : 'seeds'})`),
        ),
      ),
    );
    const figures = [...new Set(report.groups.flatMap((group) => Object.keys(group.figures)))];
    groups.setSettings(`${report.groups.length} settings`);
    groups.setTable(figureTable(report.groups.map(({ label, figures: own }) => ({ label, figures: own })), figures)); // prettier-ignore
    groups.setNumbers({
      columns: ['setting', 'seeds', ...figures.flatMap((name) => [name, `${name} standard error`])],
      rows: report.groups.map((group) => [
        group.label,
        group.seeds,
        ...figures.flatMap((name) => [group.figures[name]?.value ?? null, group.figures[name]?.standardError ?? null]), // prettier-ignore
      ]),
    });
    const done = report.runs.filter(({ status }) => status === 'done').length;
    runs.setSettings(`${done} of ${report.runs.length} done`);
    runs.setTable(runsTable(report));
    runs.setNumbers({
      columns: ['run', 'seed', 'status', ...figures],
      rows: report.runs.map((run) => [run.label, run.seed, run.status, ...figures.map((name) => run.figures[name]?.value ?? null)]), // prettier-ignore
    });
  });
  return { element, update: show };
}

interface Row {
  readonly label: string;
  readonly figures: ExperimentReport['groups'][number]['figures'];
}

/** Figures down, settings across: there are more figures than settings, mostly. */
function figureTable(rows: readonly Row[], figures: readonly string[]): HTMLElement {
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { 'aria-label': 'Figures of each setting' },
      h(
        'thead',
        {},
        h('tr', {}, h('th', { scope: 'col' }, 'figure'), ...rows.map(({ label }) => h('th', { scope: 'col', class: 'num' }, label))), // prettier-ignore
      ),
      h(
        'tbody',
        {},
        ...figures.map((name) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name),
            ...rows.map(({ figures: own }) => h('td', { class: 'num' }, cell(name, own[name]))),
          ),
        ),
      ),
    ),
  );
}

function cell(name: string, figure: { value: number; standardError: number | null } | undefined): string {
  if (!figure) return '';
  if (!name.includes('accuracy')) return withError(figure.value, figure.standardError);
  const error = figure.standardError ? ` ± ${formatNumber(100 * figure.standardError, 2)}` : '';
  return `${formatPercent(figure.value)}${error}`;
}

function runsTable({ runs }: ExperimentReport): HTMLElement {
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { 'aria-label': 'Runs' },
      h('thead', {}, h('tr', {}, ...['run', 'seed', 'state', ''].map((label) => h('th', { scope: 'col' }, label)))), // prettier-ignore
      h(
        'tbody',
        {},
        ...runs.map(
          ({ label, seed, status, note }) =>
          h('tr', { class: status === 'failed' ? 'failed' : undefined }, ...[label, String(seed), status, note ?? ''].map((text) => h('td', {}, text))), // prettier-ignore
        ),
      ),
    ),
  );
}
