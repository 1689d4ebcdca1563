import { basename } from 'node:path';
import { formatError } from '../wording/format-figure';
import { formatNumber, formatPercent, formatWithError, subscript } from '../wording/format-number';
import { howMeasured } from '../wording/how-measured';
import { plainSentences } from '../wording/interpretation/interpretation';
import { barrierAlong } from '../wording/interpretation/of-interpolation';
import { withMeasureLabels } from '../wording/measure-names';
import { printable } from '../core/printable';
import type { Check, Eigenvalue, Estimate, LayerCurvature, LossPoint, Report } from '../contract/report';
import { residualTrace } from '../wording/residual';
import { traceRemark } from '../wording/trace-target';
import { curveLines } from './curve-lines';
import { measureLines } from './measure-lines';
import { table, wrap, wrapPhrases } from './table';

const MOST_COLUMNS = 100;
const LEAST_COLUMNS = 60;

/** The matrix whose figures these are. */
const MATRICES: Readonly<Record<string, string>> = {
  hessian: 'Hessian',
  ggn: 'Gauss-Newton',
  fisher: 'Fisher',
  'empirical-fisher': 'empirical Fisher',
};

/** A report as a person reads it in a terminal of so many columns. */
export function summary(report: Report, columns = MOST_COLUMNS): string {
  const width = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
  const figures = report.kind === 'analysis' ? analysisRows(report) : interpolationRows(report);
  const matrix = report.kind === 'analysis' ? (MATRICES[report.settings.operator] ?? '') : '';
  return [
    '',
    printable(titleOf(report)),
    ...wrapPhrases(howMeasured(report), width),
    '',
    ...table([[matrix, '', figures.some((row) => row[2]) ? 'numeric' : '', 'over rows'], ...figures]),
    '',
    ...curveLines(report.curve, width),
    ...besideLines(report),
    ...layerLines(report.layers),
    ...measureLines(report.measures),
    ...checkLines(report.checks),
    ...wrap(plainSentences(report), width),
    ...report.notes.flatMap((note) => wrap(`Note: ${withMeasureLabels(note)}`, width)),
    '',
  ].join('\n');
}

const titleOf = ({ checkpoint, other, slices }: Report): string =>
  other
    ? (slices[0]?.label ?? `${basename(checkpoint.path)} to ${basename(other.path)}`)
    : basename(checkpoint.path);

/** The numeric error and that from having these rows only stand in columns of their own: they are never mixed. */
type Row = readonly [label: string, value: string, numeric: string, rows: string, remark: string];

function analysisRows({ spectrum, loss, gradientNorm }: Report): Row[] {
  const { lowestRitz, trace } = spectrum;
  return [
    ...spectrum.largest.map((each, i) => eigenvalueRow(i === 0 ? 'largest eigenvalues' : '', each)),
    ...spectrum.smallest.map((each, i) => eigenvalueRow(i === 0 ? 'smallest eigenvalues' : '', each)),
    ...(lowestRitz === undefined
      ? []
      : [['smallest eigenvalue', formatNumber(lowestRitz), '', '', 'or below'] as const]),
    ...(trace ? [valueRow('trace', trace.value, { numeric: trace.standardError }, traceRemark(trace))] : []),
    ...(gradientNorm ? [estimateRow('gradient norm', gradientNorm, gradientNorm.reason)] : []),
    ...lossRows(loss, ''),
  ];
}

function valueRow(
  label: string,
  value: number,
  { numeric, rows }: { readonly numeric?: number; readonly rows?: number | null | undefined },
  remark = '',
): Row {
  const text = formatWithError(value, numeric);
  return [
    label,
    text.value,
    text.error && `± ${text.error}`,
    typeof rows === 'number' && rows > 0 ? `± ${formatError(rows)}` : '',
    remark,
  ];
}

const eigenvalueRow = (label: string, eigenvalue: Eigenvalue): Row => {
  const { value, errorBound, samplingReason = '', converged } = eigenvalue;
  return valueRow(label, value, { numeric: errorBound }, converged ? samplingReason : 'not converged');
};

const estimateRow = (label: string, { value, standardError }: Estimate, remark = ''): Row =>
  valueRow(label, value, { rows: standardError }, remark);

function lossRows(loss: Report['loss'], where: string): Row[] {
  const row = (name: string, point: LossPoint | undefined): Row[] =>
    point
      ? [
          estimateRow(
            `${name} loss${where}`,
            point.loss,
            point.accuracy ? `accuracy ${formatPercent(point.accuracy.value)}` : '',
          ),
        ]
      : [];
  return [...row('train', loss?.train), ...row('test', loss?.test)];
}

function interpolationRows({ slices: [slice], loss, otherLoss }: Report): Row[] {
  const barrier = slice && barrierAlong(slice.coordinates, slice.loss.train);
  return [
    ...lossRows(loss, ' at 0'),
    ...lossRows(otherLoss, ' at 1'),
    ...(slice?.unit === undefined ? [] : [['distance', formatNumber(slice.unit), '', '', ''] as const]),
    ...(barrier
      ? [
          [
            'barrier (train)',
            formatNumber(barrier.height),
            '',
            '',
            `at t = ${formatNumber(barrier.t, 3)}`,
          ] as const,
        ]
      : []),
  ];
}

const MOST_LAYERS = 8;

/** The tensors that carry most of the curvature, where that was measured in full. */
function layerLines(layers: readonly LayerCurvature[]): string[] {
  const measured = layers.filter(({ largest }) => largest !== undefined);
  const ranked = [...measured].sort((a, b) => b.largest!.value - a.largest!.value).slice(0, MOST_LAYERS);
  const left = measured.length - ranked.length;
  const lines = curvatureTable('by tensor', ranked);
  return left > 0 ? [...lines.slice(0, -1), `  and ${left} more in the report`, ''] : lines;
}

/** The other matrices of the same loss and rows, and what the Hessian holds beyond the Gauss-Newton one. */
function besideLines(report: Report): string[] {
  const { beside = [] } = report;
  const residual = residualTrace(report);
  return curvatureTable('beside it', [
    ...beside.map(({ operator, largest: [largest], trace }) => ({
      name: MATRICES[operator] ?? operator,
      largest,
      trace,
    })),
    ...(beside.length > 0 && residual ? [{ name: 'Hessian − Gauss-Newton', trace: residual }] : []),
  ]);
}

interface Curvature {
  readonly name: string;
  readonly largest?: Eigenvalue | undefined;
  readonly trace?: { readonly value: number; readonly standardError: number } | undefined;
}

/** Largest eigenvalue and trace, a row each; nothing where there is nothing to show. */
function curvatureTable(head: string, parts: readonly Curvature[]): string[] {
  if (parts.length === 0) return [];
  const cells = (value?: number, error?: number): string[] => {
    if (value === undefined) return ['', ''];
    const text = formatWithError(value, error);
    return [text.value, text.error && `± ${text.error}`];
  };
  const rows = parts.map(({ name, largest, trace }) => [
    name,
    ...cells(largest?.value, largest?.errorBound),
    ...cells(trace?.value, trace?.standardError),
  ]);
  return [...table([[head, `λ${subscript(1)}`, '', 'trace'], ...rows]), ''];
}

/** Checks that the product did not pass: the figures are not to be trusted then. */
const checkLines = (checks: readonly Check[]): string[] =>
  checks
    .filter(({ passed }) => !passed)
    .map(
      ({ label, found, allowed }) =>
        `Failed check: ${label}: ${formatNumber(found, 3)}, allowed ${formatNumber(allowed, 3)}.`,
    );
