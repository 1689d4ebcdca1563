import { basename, relative } from 'node:path';
import type { Point } from '../../objective/evaluation/objective';
import {
  type Seam,
  eachNeuron,
  everywhere,
  findSeams,
  outputDifference,
  rescale as rescaledPoint,
} from '../../symmetries/rescaling';
import type { Comparison } from '../../contract/comparison';
import type { RescaleRequest } from '../../contract/engine-protocol';
import { UserError } from '../../core/errors';
import { formatCount, formatNumber } from '../../wording/format-number';
import type { Report } from '../../contract/report';
import { SCHEMA_VERSION } from '../../contract/vocabulary';
import type { AnalyzeRequest } from '../../contract/settings';
import { analyze, analyzeAt } from '../analyze/analyze';
import type { JobContext } from '../context/context';
import { subJob } from '../context/sub-job';
import type { Problem } from '../preparation/problem';
import { openProblem } from '../preparation/open-problem';
import { rescaleFindings } from './rescale-findings';

/**
 * Dinh et al.'s test (2017): measures a checkpoint and the same function with its layers rescaled, on the same rows with
 * the same random numbers, and says which measures moved.
 * @throws UserError where no two layers can be rescaled against each other.
 */
export async function rescale(
  { factor, neurons = false, ...asked }: RescaleRequest,
  context: JobContext<Comparison>,
): Promise<Comparison> {
  const started = performance.now();
  if (factor === 1) throw new UserError('A factor of 1 rescales nothing: give another --factor.');
  // Left out by how fast the machine is at the moment, figures would stand on one side alone.
  const { budgetSeconds: _, ...settings } = asked;
  const measures = settings.measures || true;
  const request: AnalyzeRequest = { ...settings, slices: false, picture: false, measures };
  const label = neurons
    ? `rescaled by up to ${formatNumber(factor)}, neuron by neuron`
    : `rescaled by ${formatNumber(factor)}`;
  const scales = neurons ? eachNeuron(factor, request.seed) : everywhere(factor);
  context.progress({ stage: 'layers that can be rescaled', fraction: 0, remainingSeconds: undefined });
  const found = await withProblem(request, context, (problem) =>
    tried(problem, factor, scales, context.signal),
  );
  if (found.seams.length === 0)
    throw new UserError(
      `${relative('', request.checkpoint) || request.checkpoint} has no layers that can be rescaled against each other without changing its function, as layers with relu, leaky relu or nothing between them can be: there is nothing to test here.`,
    );
  const comparison = begun(request.checkpoint, label, factor);
  comparison.notes.push(...seamNotes(found.seams, neurons));
  const publish = () => {
    comparison.seconds = (performance.now() - started) / 1000;
    context.partial(comparison);
  };
  const half = (index: number) =>
    subJob(context, ({ stage, fraction, remainingSeconds }) =>
      context.progress({
        stage: `${comparison.members[index].label}: ${stage}`,
        fraction: (index + fraction) / 2,
        // The second takes as long as the first.
        remainingSeconds:
          remainingSeconds === undefined || index > 0
            ? remainingSeconds
            : remainingSeconds + (performance.now() - started) / 1000 + remainingSeconds,
      }),
    );
  publish();
  comparison.reports.push(await analyze(request, half(0)));
  publish();
  const moved = await analyzeAt(request, half(1), ({ objective }) =>
    rescaledPoint(objective, found.seams, scales),
  );
  comparison.reports.push(asRescaled(moved, label));
  comparison.findings = [
    `The function is the same: over ${formatCount(found.rows)} training rows the outputs agree to ${formatNumber(found.difference, 2)} of the largest one.`,
    ...rescaleFindings(comparison.reports[0], comparison.reports[1]),
  ];
  comparison.status = 'complete';
  publish();
  return comparison;
}

/** The comparison of a checkpoint with itself rescaled, with nothing measured yet. */
function begun(checkpoint: string, label: string, factor: number): Comparison {
  const name = basename(checkpoint);
  const member = { path: checkpoint, run: name };
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'comparison',
    status: 'running',
    createdAt: new Date().toISOString(),
    title: `${name} ${label}`,
    members: [
      { label: 'as saved', ...member, hyperparameters: {} },
      { label, ...member, hyperparameters: { factor } },
    ],
    reports: [],
    correlations: [],
    barriers: [],
    findings: [],
    notes: [],
    seconds: 0,
  };
}

interface Found {
  readonly seams: readonly Seam[];
  readonly rows: number;
  /** Between the outputs with all seams rescaled and those as saved. */
  readonly difference: number;
}

async function withProblem<T>(
  request: AnalyzeRequest,
  context: JobContext<Comparison>,
  use: (problem: Problem) => Promise<T>,
): Promise<T> {
  const problem = await openProblem(request, context.signal, context);
  try {
    return await use(problem);
  } finally {
    problem.objective.dispose();
  }
}

async function tried(
  { opened, objective }: Problem,
  factor: number,
  scales: ReturnType<typeof everywhere>,
  signal: AbortSignal,
): Promise<Found> {
  const outputsAt = async (point: Point) => (await objective.values('train', point, signal)).outputs;
  const seams = await findSeams(opened.model, objective, factor, outputsAt);
  const [before, after] = [
    await outputsAt(objective.origin),
    await outputsAt(rescaledPoint(objective, seams, scales)),
  ];
  return { seams, rows: objective.rows, difference: outputDifference(before, after) };
}

/** The report says of itself that its weights are not those of the file. */
const asRescaled = (report: Report, label: string): Report => ({
  ...report,
  checkpoint: { ...report.checkpoint, name: `${report.checkpoint.name ?? ''} ${label}`.trim() },
  notes: [`The weights are those of the file, ${label}: the same function.`, ...report.notes],
});

/** Pairs of layers named one by one; the rest are counted. */
const MOST_NAMED = 4;

function seamNotes(seams: readonly Seam[], neurons: boolean): string[] {
  const named = seams.slice(0, MOST_NAMED).map(({ multiplied, divided }) => {
    const list = (shares: typeof multiplied) => shares.map(({ tensor }) => tensor).join(' and ');
    return `${list(multiplied)} multiplied, ${list(divided)} divided`;
  });
  const more = seams.length - named.length;
  const whole = neurons ? seams.filter(({ perChannel }) => !perChannel).length : 0;
  return [
    `Rescaled: ${named.join('; ')}${more > 0 ? `; and ${formatCount(more)} more` : ''}.`,
    ...(whole > 0
      ? [
          `${formatCount(whole)} of ${formatCount(seams.length)} pairs have one factor for all their neurons: which neuron meets which weight is not known there.`,
        ]
      : []),
  ];
}
