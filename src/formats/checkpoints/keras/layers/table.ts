import { activationRows } from './activation';
import { attentionRows } from './attention';
import { convolutionRows } from './convolution';
import { lookupRows } from './lookup';
import { mergingRows } from './merging';
import { normalizationRows } from './normalization';
import { poolingRows } from './pooling';
import { recurrentRows } from './recurrent';
import type { LayerRow } from './row';
import { arrangingOperations } from '../operations/arrangement';
import { elementwiseOperations } from '../operations/elementwise';
import { imageOperations } from '../operations/images';
import { reducingOperations } from '../operations/reductions';
import { windowedOperations } from '../operations/windowed';
import { shapingRows } from './shaping';
import { stochasticRows } from './stochastic';

const rows: ReadonlyMap<string, LayerRow> = new Map(
  [
    convolutionRows,
    poolingRows,
    normalizationRows,
    activationRows,
    mergingRows,
    shapingRows,
    stochasticRows,
    lookupRows,
    attentionRows,
    recurrentRows,
    elementwiseOperations,
    reducingOperations,
    arrangingOperations,
    windowedOperations,
    imageOperations,
  ].flatMap((family) => family.flatMap((row) => row.classNames.map((name) => [name, row] as const))),
);

/** The row of a Keras class, or `undefined` if it is not known. */
export function rowOf(className: string): LayerRow | undefined {
  return rows.get(className);
}

/** The class names of all Keras layers that are understood, for the list of what is supported and for refusals. */
export function knownLayers(): string[] {
  const layers = [...rows.keys()].filter((name) => !name.startsWith(OPERATION));
  return [...layers, 'InputLayer', 'Sequential', 'Functional'].sort();
}

/** The class names of the operations of `keras.ops` that are understood in Functional graphs. */
export function knownOperations(): string[] {
  return [...rows.keys()]
    .flatMap((name) => (name.startsWith(OPERATION) ? [name.slice(OPERATION.length)] : []))
    .sort();
}

const OPERATION = 'ops.';
