import { activationRows } from './activation';
import { arrangementRows } from './arrangement';
import { constantRows } from './constant';
import { convolutionRows } from './convolution';
import { elementwiseRows } from './elementwise';
import { normalizationRows } from './normalization';
import { poolingRows } from './pooling';
import { positionRows } from './positions';
import { productRows } from './product';
import { reductionRows } from './reduction';
import { recurrenceRows } from './recurrence';
import { resizeRows } from './resize';
import type { OperatorRow } from './row';
import { selectionRows } from './selection';
import { sequenceRows } from './sequences';

const rows: ReadonlyMap<string, OperatorRow> = new Map(
  [
    convolutionRows,
    productRows,
    normalizationRows,
    activationRows,
    poolingRows,
    reductionRows,
    elementwiseRows,
    arrangementRows,
    selectionRows,
    positionRows,
    recurrenceRows,
    resizeRows,
    sequenceRows,
    constantRows,
  ].flatMap((family) => family.map((row) => [row.name, row] as const)),
);

/** The row of an operator of the standard set, or `undefined` if it is not known. */
export function operatorRow(name: string): OperatorRow | undefined {
  return rows.get(name);
}

/** The names of all ONNX operators that are understood, for the list of what is supported and for refusals. */
export function knownOperators(): string[] {
  return [...rows.keys()].sort();
}
