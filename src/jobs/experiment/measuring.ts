import * as z from 'zod';
import { RESCALED, AS_TRAINED, rescaledLabel } from '../../analysis/experiments/axes';
import { type Figures, figuresOfReport } from '../../analysis/experiments/figures';
import type { PlannedRun } from '../../analysis/experiments/expand';
import { openCheckpoint } from '../../formats/checkpoints/open';
import type { ExperimentFile } from '../../contract/experiment';
import { measuringOf } from '../../contract/run-file';
import type { Report } from '../../contract/report';
import { type AnalyzeRequest, analyzeRequestSchema, dataChoicesOf } from '../../contract/settings';
import { analyze } from '../analyze/analyze';
import { type AttackResult, attack } from './attack';
import type { JobContext } from '../context/context';
import type { Predicted } from '../../objective/loss/predicted';
import { predict, predictedSchema } from './predict';
import { ReportCache, changedMeanwhile, keyOfReport } from '../context/report-cache';
import { subJob } from '../context/sub-job';
import { rescale } from '../rescale/rescale';
import { trainedOn } from '../preparation/drawn-rows';
import type { KeptStore } from '../../settings/kept-store';
import { reportKey, resultKey } from '../../settings/result-key';

/** What a part of the measuring tells while it runs. */
export interface MeasuringHost {
  readonly signal: AbortSignal;
  readonly log: JobContext['log'];
  progress(share: number, stage: string): void;
  readonly frugal?: boolean;
}

/** What a job is told that is a part of the measuring. */
export const partOf = (host: MeasuringHost) =>
  subJob(host, ({ stage, fraction }) => host.progress(fraction, stage));

/** Unless the file says otherwise: figures, and nothing that only pictures need. */
const QUIET = { top: 1, density: false, slices: false, picture: false, layers: 'off' } as const;

/** The analysis of a run's checkpoint on the rows it trained on, by the settings that all runs share and its own data and loss. */
export function requestFor(
  { measure }: ExperimentFile,
  { run }: PlannedRun,
  checkpoint: string,
  tensorflowPath: string | undefined,
): AnalyzeRequest {
  const trained = trainedOn(run);
  return analyzeRequestSchema.parse({
    ...QUIET,
    ...measuringOf(run),
    backend: run.backend,
    ...measure.settings,
    ...dataChoicesOf(run),
    ...(run.input ? { input: run.input } : {}),
    ...(run.loss ? { loss: run.loss } : {}),
    ...(run.outputs ? { outputs: run.outputs } : {}),
    ...(run.classWeights ? { classWeights: run.classWeights } : {}),
    ...(run.sampleWeights ? { sampleWeights: run.sampleWeights } : {}),
    ...(tensorflowPath ? { tensorflowPath } : {}),
    ...(trained ? { trained } : {}),
    data: run.data,
    checkpoint,
  });
}

/** A result, and whether it had to be computed. */
export interface Measured<T> {
  readonly value: T;
  readonly isNew: boolean;
}

/** Measures ends of runs; what is finished is kept and never computed twice. */
export class Measuring {
  private readonly reports: ReportCache;

  constructor(
    reportFolder: string,
    private readonly kept: KeptStore,
  ) {
    this.reports = new ReportCache(reportFolder);
  }

  /** The report of a checkpoint. */
  async report(request: AnalyzeRequest, dataSha256: string, host: MeasuringHost): Promise<Measured<Report>> {
    const { sha256 } = await openCheckpoint(request.checkpoint, host.signal);
    const key = reportKey({ checkpoint: sha256, data: dataSha256 }, request);
    const known = await this.reports.find(key, request);
    if (known) return { value: known, isNew: false };
    const value = await analyze(request, partOf(host));
    const own = keyOfReport(value, request);
    await this.reports.keep(own, value);
    if (own !== key) throw changedMeanwhile(request.checkpoint);
    return { value, isNew: true };
  }

  /** The figures of the same function with its layers rescaled. */
  async rescaled(
    request: AnalyzeRequest,
    factor: number,
    dataSha256: string,
    host: MeasuringHost,
  ): Promise<Measured<Figures>> {
    const { sha256 } = await openCheckpoint(request.checkpoint, host.signal);
    const key = reportKey({ checkpoint: sha256, data: dataSha256 }, request);
    return this.kept.once(resultKey('rescale', factor, key), figuresSchema, async () => {
      const found = await rescale({ ...request, factor }, partOf(host));
      if (keyOfReport(found.reports[0], request) !== key) throw changedMeanwhile(request.checkpoint);
      return figuresOfReport(found.reports[1]);
    });
  }

  /** What the checkpoint says of the test rows. */
  async predicted(
    request: AnalyzeRequest,
    dataSha256: string,
    host: MeasuringHost,
  ): Promise<Measured<Predicted>> {
    const { sha256 } = await openCheckpoint(request.checkpoint, host.signal);
    const key = resultKey('predictions', reportKey({ checkpoint: sha256, data: dataSha256 }, request));
    return this.kept.once(key, predictedSchema, () => predict(request, host));
  }

  /** Accuracy under attack, as figures. */
  async attacked(
    request: AnalyzeRequest,
    settings: NonNullable<ExperimentFile['measure']['attacks']>,
    dataSha256: string,
    host: MeasuringHost,
  ): Promise<Measured<Figures>> {
    const { sha256 } = await openCheckpoint(request.checkpoint, host.signal);
    const key = resultKey('attack', settings, reportKey({ checkpoint: sha256, data: dataSha256 }, request));
    return this.kept.once(key, figuresSchema, async () =>
      attackFigures(
        await attack(request, settings, {
          signal: host.signal,
          frugal: host.frugal ?? false,
          progress: (share) => host.progress(share, 'attacks'),
        }),
      ),
    );
  }
}

const figuresSchema: z.ZodType<Figures> = z.record(
  z.string(),
  z.object({ value: z.number(), standardError: z.number().nullable() }),
);

const attackFigures = (results: readonly AttackResult[]): Figures =>
  Object.fromEntries(results.map(({ kind, radius, accuracy }) => [`${kind}-accuracy@${radius}`, accuracy]));

/** Labels of a run's end on the axis of rescaled ones, where there is one. */
export const withRescaled = (
  labels: Readonly<Record<string, string>>,
  factor: number | undefined,
): Record<string, string> => ({
  ...labels,
  [RESCALED]: factor === undefined ? AS_TRAINED : rescaledLabel(factor),
});
