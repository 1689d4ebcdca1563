import type { Comparison } from '../../src/contract/comparison';
import { OUTCOMES } from '../../src/contract/vocabulary';
import {
  type Figure,
  OUTCOME_NAMES,
  comparedText,
  measureIds,
  measuresOf,
  outcomeOf,
} from '../../src/wording/comparison-figures';
import { type BarMarks, barMarks } from '../../src/wording/bar-marks';
import { formatNumber, formatPercent } from '../../src/wording/format-number';
import { measureLabel } from '../../src/wording/measure-names';
import { UNDER_RESCALING, type UnderRescaling, underRescaling } from '../../src/wording/under-rescaling';
import type { Context } from '../context';
import { h, replace } from '../dom';
import { type Grid, gridTable } from '../grid';
import { HEAT_WORDS, heatOf } from '../heat';
import { tableSection } from '../sections/table-section';

const BLOCKS: Readonly<Record<UnderRescaling, string>> = {
  moves: 'Measures that move when layers are rescaled',
  'by-neuron': 'Measures that move only when neurons are rescaled one by one',
  stays: 'Measures that stay when layers or neurons are rescaled',
};

/** Up to so many checkpoints stand side by side; more stand under one another. */
const SIDE_BY_SIDE = 4;

/** A figure of every checkpoint: what a row or a column of the table is. */
interface Line {
  readonly label: string;
  readonly figures: readonly (Figure | undefined)[];
  readonly percent: boolean;
}

/**
 * Outcomes and measures of every checkpoint, in blocks by what rescaling does to them. A few checkpoints are columns;
 * of many each is a row, so that all can be read down.
 */
export function membersSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const section = tableSection(context, 'members', 'Checkpoints');
  const body = h('div', {});
  const grids = Array.from({ length: 1 + UNDER_RESCALING.length }, gridTable);
  section.setTable(body);
  return {
    element: section.element,
    update(comparison) {
      const { members, reports } = comparison;
      const ids = measureIds(reports);
      const found = reports.map(measuresOf);
      section.setSettings(`${reports.length} of ${members.length} measured · ± one standard error`);
      const names = members.map((_, i) => () => memberName(context, comparison, i));
      const blocks = blocksOf(comparison);
      const bars = barMarks(blocks.flatMap(({ lines }) => lines.map(({ figures }) => figures)));
      const drawn =
        members.length <= SIDE_BY_SIDE ? [sideBySide(names, blocks, bars)] : blocks.map(below(names, bars));
      replace(
        body,
        ...grids.slice(0, drawn.length).map(({ element }) => element),
        ...bars.notes.map((note) => h('p', { class: 'foot', 'data-testid': 'no-bar' }, note)),
        hasHeat(members.length, blocks) && h('p', { class: 'foot' }, HEAT_WORDS),
      );
      drawn.forEach((grid, i) => grids[i].update(grid));
      section.setNumbers({
        columns: ['checkpoint', ...OUTCOMES, ...ids.flatMap((id) => [id, `${id} standard error`])],
        rows: reports.map((report, i) => [
          members[i].path,
          ...OUTCOMES.map((outcome) => outcomeOf(report, outcome)?.value ?? null),
          ...ids.flatMap((id) => {
            const figure = found[i].get(id);
            return [figure?.value ?? null, figure?.standardError ?? null];
          }),
        ]),
      });
    },
  };
}

interface Block {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The figures in the order of the table; a block without any is left out. */
function blocksOf({ members, reports }: Comparison): Block[] {
  const found = reports.map(measuresOf);
  const ids = measureIds(reports);
  const invariant = (id: string) => found.find((own) => own.has(id))?.get(id)?.invariant;
  const outcomes = OUTCOMES.map((outcome) => ({
    label: OUTCOME_NAMES[outcome],
    figures: members.map((_, i) => reports[i] && outcomeOf(reports[i], outcome)),
    percent: outcome === 'test-accuracy',
  }));
  const measures = UNDER_RESCALING.map((kind) => ({
    title: BLOCKS[kind],
    lines: ids
      .filter((id) => underRescaling(id, invariant(id)) === kind)
      .map((id) => ({
        label: measureLabel(id),
        figures: members.map((_, i) => found[i]?.get(id)),
        percent: false,
      })),
  }));
  const known = ({ figures }: Line) => figures.some((figure) => figure !== undefined);
  return [{ title: 'Outcomes', lines: outcomes.filter(known) }, ...measures].filter(
    ({ lines }) => lines.length > 0,
  );
}

const NAME = 'Checkpoints, their outcomes and measures';

/** What a line is called, with the mark of the reason why its figures have no bars. */
const lineName = ({ label, figures }: Line, bars: BarMarks) => {
  const mark = bars.ofLine(figures);
  return mark === '' ? label : `${label} ${mark}`;
};

function sideBySide(names: Grid['columns'], blocks: readonly Block[], bars: BarMarks): Grid {
  return {
    name: NAME,
    columns: names,
    blocks: blocks.map(({ title, lines }) => ({
      title,
      rows: lines.map((line) => ({
        label: () => lineName(line, bars),
        cells: line.figures.map((_, i) => () => figureCell(line, i, bars)),
      })),
    })),
  };
}

const below =
  (names: Grid['columns'], bars: BarMarks) =>
  ({ title, lines }: Block): Grid => {
    const heats = lines.map(({ figures }) => heatOf(figures));
    return {
      name: `${NAME}: ${title}`,
      title,
      className: 'in-words',
      corner: 'checkpoint',
      columns: lines.map((line) => () => lineName(line, bars)),
      blocks: [
        {
          rows: names.map((label, i) => ({
            label,
            cells: lines.map((line, j) => () => figureCell(line, i, bars, heats[j][i])),
          })),
        },
      ],
    };
  };

/** Are there shades to be explained? */
const hasHeat = (members: number, blocks: readonly Block[]): boolean =>
  members > SIDE_BY_SIDE &&
  blocks.some(({ lines }) =>
    lines.some(({ figures }) => heatOf(figures).some((shade) => shade !== undefined)),
  );

/** A checkpoint by its label; it opens its own report once there is one. */
function memberName({ host }: Context, { members, reports }: Comparison, index: number): Node | string {
  const { label } = members[index];
  if (!host.interactive || index >= reports.length) return label;
  const open = () => host.post({ type: 'openMember', index });
  return h('button', { type: 'button', 'data-key': `member-${index}`, onclick: open }, label);
}

function figureCell({ figures, percent }: Line, member: number, bars: BarMarks, shade?: number): HTMLElement {
  const figure = figures[member];
  if (!figure) return h('td', { class: 'num' }, '');
  const [value, error] = figureText(figure, percent).split(' ± ');
  const mark = bars.ofFigure(figure, figures);
  return h(
    'td',
    { class: shade === undefined ? 'num' : `num heat-${shade}` },
    value,
    error !== undefined && h('em', {}, ` ± ${error}`),
    mark !== '' && ` ${mark}`,
  );
}

function figureText(figure: Figure, percent: boolean): string {
  if (!percent) return comparedText(figure);
  const error = figure.standardError ? ` ± ${formatNumber(100 * figure.standardError, 2)}` : '';
  return `${formatPercent(figure.value)}${error}`;
}
