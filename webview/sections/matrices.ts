import { type FigureText, eigenvalueErrors, formatFigure } from '../../src/wording/format-figure';
import type { Eigenvalue, Report, Spectrum } from '../../src/contract/report';
import { residualTrace } from '../../src/wording/residual';
import type { Context, Section } from '../context';
import { h, onChange } from '../dom';
import { sortableTable } from '../table';
import { tableSection } from './table-section';

/** One curvature matrix of the same loss and rows, or the difference of two. */
interface MatrixRow {
  readonly name: string;
  readonly largest: Eigenvalue | undefined;
  readonly trace: { readonly value: number; readonly standardError: number } | undefined;
}

const NAMES: Readonly<Record<string, string>> = {
  hessian: 'Hessian H',
  ggn: 'Gauss-Newton G',
  fisher: 'Fisher',
  'empirical-fisher': 'empirical Fisher',
};

/** The Hessian beside the matrices that stand in for it elsewhere, and what it holds beyond the Gauss-Newton one. */
export function matricesSection(context: Context): Section {
  const section = tableSection(context, 'matrices', 'Curvature matrices');
  section.setSettings('± of λ₁: the larger of numeric and over rows · of the trace: over probes');
  const table = sortableTable<MatrixRow>(context, {
    id: 'matrices',
    name: 'Curvature matrices',
    columns: [
      { label: 'matrix', cell: ({ name }) => name },
      {
        label: 'λ₁',
        numeric: true,
        cell: ({ largest }) =>
          largest ? figure(formatFigure(largest.value, eigenvalueErrors(largest))) : '',
      },
      {
        label: 'trace',
        numeric: true,
        cell: ({ trace }) =>
          trace
            ? figure(formatFigure(trace.value, [{ size: trace.standardError, over: 'over probes' }]))
            : '',
      },
    ],
  });
  section.setTable(table.element);
  const show = onChange((rows: readonly MatrixRow[]) => {
    section.setNumbers({
      columns: ['matrix', 'largest', 'numeric error', 'trace', 'error over probes'],
      rows: rows.map(({ name, largest, trace }) => [
        name,
        largest?.value ?? null,
        largest?.errorBound ?? null,
        trace?.value ?? null,
        trace?.standardError ?? null,
      ]),
    });
    table.update(rows);
  });
  return {
    element: section.element,
    update({ report }) {
      const beside = report?.beside ?? [];
      section.element.hidden = beside.length === 0;
      if (report && beside.length > 0) show(rowsOf(report));
    },
  };
}

function rowsOf(report: Report): MatrixRow[] {
  const row = (operator: string, { largest, trace }: Pick<Spectrum, 'largest' | 'trace'>): MatrixRow => ({
    name: NAMES[operator] ?? operator,
    largest: largest[0],
    trace,
  });
  const residual = residualTrace(report);
  return [
    row(report.settings.operator, report.spectrum),
    ...(report.beside ?? []).map((other) => row(other.operator, other)),
    ...(residual ? [{ name: 'residual H − G', largest: undefined, trace: residual }] : []),
  ];
}

/** A value with the error that matters most; what it is over stands in the title line. */
function figure({ value, errors }: FigureText): Node {
  const [error] = errors;
  return h('span', {}, value, error !== undefined && h('em', {}, error.replace(/ (numeric|over .*)$/, '')));
}
