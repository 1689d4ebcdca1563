import { measuresAsked } from '../../analysis/measures/registry';
import type { Report, ReportSettings } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { SCHEMA_VERSION } from '../../contract/vocabulary';
import { VERSION } from '../../core/version';
import { penaltiesText } from '../../objective/loss/penalties';
import type { Problem } from './problem';

/** The settings as the report states them: enough to repeat every digit. */
function settingsOf(request: AnalyzeRequest, problem: Problem): ReportSettings {
  const { dataset, loss, lossScaling, weightedBy, selection, scaling, objective, opened, data } = problem;
  const normalized = opened.model.layers.some(({ className }) => className.startsWith('BatchNorm'));
  return {
    data: {
      path: dataset.path,
      sha256: dataset.sha256,
      trainRows: dataset.total?.train ?? data.train.rows,
      testRows: data.test?.rows ?? 0,
    },
    loss: loss.spec.name,
    lossSource: loss.source,
    samples: selection.description,
    rows: selection.rows.length,
    chunkRows: objective.chunkRows,
    seed: request.seed,
    input: {
      scale: scaling.scale,
      mean: [...scaling.mean],
      std: [...scaling.std],
      ...(request.input?.layout ? { layout: request.input.layout } : {}),
    },
    operator: request.operator,
    backend: objective.backend.backend,
    precision: objective.backend.precision,
    batchNorm: normalized ? 'in inference mode' : '',
    lossScaling,
    ...(weightedBy ? { weightedBy: [...weightedBy] } : {}),
    ...(loss.spec.labelSmoothing > 0 ? { labelSmoothing: loss.spec.labelSmoothing } : {}),
    weightDecay: penaltiesText(opened.model, request.penalties),
    top: request.top,
    bottom: request.bottom,
    layers: request.layers,
    density: request.density,
    trace: request.trace,
    slices: request.slices,
    exact: request.exact,
    measures: [...measuresAsked(request.measures)],
    versions: { landscape: VERSION, node: process.versions.node, ...objective.backend.versions },
  };
}

/** The report of a job that has only just begun. */
export function emptyReport(kind: Report['kind'], request: AnalyzeRequest, problem: Problem): Report {
  const { opened, objective, notes, suggestions } = problem;
  return {
    schemaVersion: SCHEMA_VERSION,
    kind,
    status: 'running',
    createdAt: new Date().toISOString(),
    checkpoint: {
      path: request.checkpoint,
      format: opened.format,
      sha256: opened.sha256,
      parameters: objective.parameters.dimension,
      name: opened.model.name,
    },
    settings: settingsOf(request, problem),
    spectrum: { largest: [], smallest: [] },
    layers: [],
    measures: [],
    slices: [],
    checks: [],
    notes: [...notes],
    ...(suggestions.length > 0 ? { suggestions: [...suggestions] } : {}),
    cost: { hvps: 0, hvpMilliseconds: 0, gradients: 0, seconds: 0, peakMemoryBytes: 0 },
  };
}

/** Takes in where the programs have run up to now, where a graphics processor was asked for. */
export function tellPlace({ settings, notes }: Report, { objective, device }: Problem): void {
  const { placed } = objective.backend;
  if (!placed) return;
  settings.device = {
    name: device ?? 'a graphics processor',
    nodes: placed.device,
    onProcessor: placed.processor,
  };
  if (placed.lost === undefined) return;
  const note = `${settings.device.name} failed on the way (${firstLine(placed.lost)}), so the rest was computed on the processor.`;
  if (!notes.includes(note)) notes.push(note);
}

/** The runtime says where in its code, too. */
const firstLine = (message: string): string =>
  message
    .trim()
    .split('\n')[0]
    .slice(0, 200)
    .replace(/[.:\s]+$/, '');

/** What the job has cost up to now. */
export function costOf({ objective: { cost } }: Problem, started: number): Report['cost'] {
  return {
    hvps: cost.hvps,
    hvpMilliseconds: cost.hvps > 0 ? cost.hvpMilliseconds / cost.hvps : 0,
    gradients: cost.gradients,
    seconds: (performance.now() - started) / 1000,
    peakMemoryBytes: Math.max(cost.peakMemoryBytes, 0) + process.resourceUsage().maxRSS * 1024,
  };
}

/** Takes into a report's notes where its lanes were, and which of them were lost. */
export function tellOfLanes(report: Pick<Report, 'notes'>, { objective }: Problem): void {
  const { elsewhere = [] } = objective.backend;
  report.notes.push(...elsewhere.filter((note) => !report.notes.includes(note)));
}
