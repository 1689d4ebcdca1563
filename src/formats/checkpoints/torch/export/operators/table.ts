import { activationRows } from './activation';
import { attentionRows } from './attention';
import { convolutionRows } from './convolution';
import { creationRows } from './creation';
import { indexingRows } from './indexing';
import { normalizationRows } from './normalization';
import { pointwiseRows } from './pointwise';
import { poolingRows } from './pooling';
import { productRows } from './product';
import { recurrenceRows } from './recurrence';
import { reductionRows } from './reduction';
import { resamplingRows } from './resampling';
import type { AtenRow } from './row';
import { selectionRows } from './selection';
import { shapeRows } from './shape';

const table: ReadonlyMap<string, AtenRow> = new Map(
  [
    productRows,
    convolutionRows,
    normalizationRows,
    activationRows,
    attentionRows,
    recurrenceRows,
    poolingRows,
    reductionRows,
    pointwiseRows,
    shapeRows,
    selectionRows,
    indexingRows,
    resamplingRows,
    creationRows,
  ].flatMap((family) => family.map((row) => [row.name, row] as const)),
);

/** The row of an operator by its name and overload, or `undefined` if it is not known. */
export function atenRow(name: string): AtenRow | undefined {
  return table.get(name);
}

/** The names of all ATen operators that are understood, without their overloads, for the list of what is supported and for refusals. */
export function knownAtenOperators(): string[] {
  return [...new Set([...table.keys()].map((name) => name.replace(/\..*/, '')))].sort();
}
