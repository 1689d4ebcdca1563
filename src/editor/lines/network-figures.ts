import { createHash } from 'node:crypto';
import type { LayerCurvature, Report } from '../../contract/report';
import type { AboutReport } from '../panel/about';
import type { StoredReport } from '../store/report-store';

/** What the lines of code are shown of one analysis: its layers, and where it is. */
export interface NetworkFigures {
  /** The checkpoint's file on this machine. */
  readonly checkpoint: string;
  /** What opens its panel. */
  readonly about: AboutReport;
  readonly stored: Pick<StoredReport, 'path' | 'request'>;
  readonly report: Pick<Report, 'createdAt' | 'settings'>;
  readonly layers: readonly LayerCurvature[];
  /** Equal for networks whose tensors are made by the same lines. */
  readonly structure: string;
  /** The sum of the sizes of the tensors' traces. */
  readonly total: number;
}

/** The figures of an analysis whose layers were measured; undefined where there are none. */
export function networkFigures(checkpoint: string, stored: StoredReport): NetworkFigures | undefined {
  const { report, request, path } = stored;
  const { layers, createdAt, settings } = report;
  if (report.kind !== 'analysis' || !layers.some(({ largest, trace }) => largest ?? trace)) return undefined;
  return {
    checkpoint,
    about: request ?? path,
    stored: { path, request },
    report: { createdAt, settings },
    layers,
    structure: structureOf(layers),
    total: layers.reduce((sum, { trace }) => sum + Math.abs(trace?.value ?? 0), 0),
  };
}

/** What decides which lines make these tensors. */
export function structureOf(layers: readonly LayerCurvature[]): string {
  const own = layers.map(({ name, layer, shape, className, source }) => [
    name,
    layer,
    shape,
    className,
    source,
  ]);
  return createHash('sha256').update(JSON.stringify(own)).digest('hex');
}
