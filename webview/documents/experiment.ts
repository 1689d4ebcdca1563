import type { ExperimentReport } from '../../src/contract/experiment';
import { VERDICT_WORDS, figureIds, figureText } from '../../src/wording/experiment-figures';
import { counted } from '../../src/wording/format-number';
import { figureName } from '../../src/wording/figure-names';
import type { Context } from '../context';
import { h, onChange, replace } from '../dom';
import { type Grid, gridTable } from '../grid';
import { COLOURS } from '../plots/curves';
import type { LineSeries } from '../plots/lines';
import { linesFrame } from '../plots/lines-frame';
import type { PlotTable } from '../plots/plot';
import { tableSection } from '../sections/table-section';
import type { DocumentPart } from './part';

/** An experiment: the question, the verdicts with their reasons, the figures of each group of runs. */
export function experimentPart(context: Context): DocumentPart<ExperimentReport> {
  const question = h('p', {});
  const background = h('p', { class: 'caveat' });
  const verdicts = h('div', { class: 'verdicts' });
  const groups = tableSection(context, 'groups', 'Figures, means over seeds');
  const groupGrid = gridTable();
  groups.setTable(groupGrid.element);
  const lines = linesFrame(context, 'lines', 'Loss between the ends of runs', 260);
  const runs = tableSection(context, 'runs', 'Runs');
  const element = h(
    'div',
    { class: 'part' },
    h('div', { class: 'say' }, question, background),
    verdicts,
    groups.element,
    lines.element,
    runs.element,
  );
  const show = onChange((report: ExperimentReport) => {
    replace(question, h('strong', {}, report.question));
    background.textContent = report.background;
    replace(verdicts, ...report.verdicts.map((each) => verdictOf(each, report.status)));
    const figures = figureIds(report);
    groups.setSettings(counted(report.groups.length, 'setting'));
    groupGrid.update(figureGrid(report.groups, figures));
    groups.setNumbers(groupNumbers(report, figures));
    lines.show(
      linesOf(report),
      'training loss on the straight line, t = 0 at the first and 1 at the second',
      { xName: 't', yName: 'loss', label: 'Training loss on the straight lines between the ends of runs' },
    );
    const done = report.runs.filter(({ status }) => status === 'done').length;
    runs.setSettings(`${done} of ${report.runs.length} done`);
    runs.setTable(runsTable(report));
    runs.setNumbers(runNumbers(report, figures));
  });
  return { element, update: show };
}

function verdictOf(
  { sentence, verdict, reason, seeds }: ExperimentReport['verdicts'][number],
  status: ExperimentReport['status'],
): HTMLElement {
  const why = seeds === 0 || reason.includes(' seed') ? reason : `${reason} (${counted(seeds, 'seed')})`;
  return h(
    'section',
    { class: `verdict ${verdict}` },
    // Before the runs have ended there is nothing to say of why it is undecided.
    ...(status === 'running' && verdict === 'undecided'
      ? [h('h3', {}, `Not decided yet: ${sentence}`)]
      : [h('h3', {}, `${VERDICT_WORDS[verdict]}: ${sentence}`), h('p', {}, why)]),
  );
}

function groupNumbers({ groups }: ExperimentReport, figures: readonly string[]): PlotTable {
  return {
    columns: ['setting', 'seeds', ...figures.flatMap((name) => [name, `${name} standard error`])],
    rows: groups.map((group) => [
      group.label,
      group.seeds,
      ...figures.flatMap((name) => [
        group.figures[name]?.value ?? null,
        group.figures[name]?.standardError ?? null,
      ]),
    ]),
  };
}

function runNumbers({ runs }: ExperimentReport, figures: readonly string[]): PlotTable {
  return {
    columns: ['run', 'seed', 'status', ...figures],
    rows: runs.map((run) => [
      run.label,
      run.seed,
      run.status,
      ...figures.map((name) => run.figures[name]?.value ?? null),
    ]),
  };
}

/** Figures down, settings across: there are more figures than settings, mostly. */
function figureGrid(groups: ExperimentReport['groups'], figures: readonly string[]): Grid {
  return {
    name: 'Figures of each setting',
    corner: 'figure',
    columns: groups.map(
      ({ label }) =>
        () =>
          label,
    ),
    blocks: [
      {
        rows: figures.map((name) => ({
          label: () => figureName(name),
          cells: groups.map(
            ({ figures: own }) =>
              () =>
                h('td', { class: 'num' }, figureText(name, own[name])),
          ),
        })),
      },
    ],
  };
}

function linesOf({ lines }: ExperimentReport): LineSeries[] {
  return lines.map(({ seed, from, to, slice }, i) => ({
    name: `seed ${seed}`,
    style: COLOURS[i % COLOURS.length],
    x: slice.coordinates,
    y: slice.loss.train,
    ...(slice.standardError ? { error: slice.standardError.train } : {}),
    ...(lines.some((other) => other.from !== from || other.to !== to)
      ? { name: `${from} to ${to}, seed ${seed}` }
      : {}),
  }));
}

function runsTable({ runs }: ExperimentReport): HTMLElement {
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { 'aria-label': 'Runs' },
      h(
        'thead',
        {},
        h('tr', {}, ...['run', 'seed', 'state', ''].map((label) => h('th', { scope: 'col' }, label))),
      ),
      h(
        'tbody',
        {},
        ...runs.map(({ label, seed, status, note }) =>
          h(
            'tr',
            { class: status === 'failed' ? 'failed' : undefined },
            ...[label, String(seed), status, note ?? ''].map((text) => h('td', {}, text)),
          ),
        ),
      ),
    ),
  );
}
