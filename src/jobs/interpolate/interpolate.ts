import { relative } from 'node:path';
import { rowShapes } from '../../formats/datasets/dataset';
import { openModel } from '../../formats/model';
import { checkSameArchitecture } from '../../symmetries/same-architecture';
import type { Point } from '../../objective/evaluation/objective';
import { UserError } from '../../core/errors';
import { formatNumber } from '../../wording/format-number';
import type { Report, Slice } from '../../contract/report';
import type { InterpolateRequest } from '../../contract/settings';
import { between, pointOf } from './interpolated-point';
import type { JobContext } from '../context/context';
import { evenly, scan } from './line-scan';
import { openProblem } from '../preparation/open-problem';
import { measureCheckpoint } from '../preparation/measure-point';
import { costOf, emptyReport, tellOfLanes, tellPlace } from '../preparation/begun-report';
import { ProgressPlan, type Stage } from '../context/progress-plan';
import type { Problem } from '../preparation/problem';
import { curveBetween } from './curve';

/**
 * Loss and accuracy along the straight line through two checkpoints (Goodfellow et al. 2015; Keskar et al. 2017): t = 0
 * at the first, 1 at the second. Running statistics move along with the parameters.
 */
export async function interpolate(request: InterpolateRequest, context: JobContext): Promise<Report> {
  const started = performance.now();
  const { signal } = context;
  if (request.from >= request.to)
    throw new UserError(
      `The line runs from ${request.from} to ${request.to}: --from must be smaller than --to.`,
    );
  context.progress({ stage: 'reading', fraction: 0, remainingSeconds: undefined });
  const problem = await openProblem(request, signal, context);
  try {
    const other = await openModel(request.other, signal, rowShapes(problem.dataset), problem.choices);
    const [a, b] = [request.checkpoint, request.other].map((path) => relative('', path) || path);
    checkSameArchitecture(problem.opened.model, a, other.model, b);
    const report = emptyReport('interpolation', request, problem);
    const { dimension: parameters } = problem.objective.parameters;
    const { format, sha256, model } = other;
    report.other = { path: request.other, format, sha256, parameters, name: model.name };
    const publish = () => {
      report.cost = costOf(problem, started);
      tellPlace(report, problem);
      tellOfLanes(report, problem);
      context.partial(report);
    };
    publish();
    const [from, to] = [problem.objective.origin, pointOf(other)];
    const plan = new ProgressPlan(stagesOf(request), (progress) => context.progress(progress));
    plan.enter('interpolation');
    report.loss = await measureCheckpoint(problem, from, request.checkpoint, signal);
    // The first point compiles, the second says what each of the others takes.
    const second = performance.now();
    report.otherLoss = await measureCheckpoint(problem, to, request.other, signal);
    const each = (performance.now() - second) / 1000;
    plan.announce({ seconds: request.points * each, count: request.points, unit: 'points' });
    publish();
    const shown = (slice: Slice, done: number) => {
      report.slices = [slice];
      plan.advance(done + 2);
      publish();
    };
    const { left } = await scan(problem, lineOf(request, from, to), signal, shown);
    report.notes.push(...leftNote(left, request.points));
    if (request.curve) await addCurve(report, problem, { request, from, to, signal, plan, publish });
    report.status = 'complete';
    publish();
    return report;
  } finally {
    problem.objective.dispose();
  }
}

/** A step of the search takes three passes over few rows; places on the line and the curve are measured like others. */
const stagesOf = ({ points, curve }: InterpolateRequest): Stage[] => [
  { name: 'interpolation', work: points + 2, weight: points + 2 },
  ...(curve
    ? [
        { name: 'curve', work: curve.steps, weight: 0.3 * curve.steps },
        { name: 'along the curve', work: 2 * points, weight: 2 * points },
      ]
    : []),
];

interface CurveOf {
  readonly request: InterpolateRequest;
  readonly from: Point;
  readonly to: Required<Point>;
  readonly signal: AbortSignal;
  readonly plan: ProgressPlan;
  readonly publish: () => void;
}

/** Steps are many and small: the report is sent after so many. */
const STEPS_SHOWN = 20;

async function addCurve(
  report: Report,
  problem: Problem,
  { request, from, to, signal, plan, publish }: CurveOf,
): Promise<void> {
  plan.enter('curve');
  let measuring = false;
  const { note } = await curveBetween(problem, {
    from: from as Required<Point>,
    to,
    choices: request.curve!,
    seed: request.seed,
    points: request.points,
    signal,
    onStep: (curve) => {
      report.curve = curve;
      plan.advance(curve.made);
      if (curve.made % STEPS_SHOWN === 0) publish();
    },
    onPoint: (curve, done) => {
      if (!measuring) plan.enter('along the curve');
      measuring = true;
      report.curve = curve;
      plan.advance(done);
      publish();
    },
  });
  if (note !== undefined) report.notes.push(note);
}

/** The line through two points, as it is scanned. */
const lineOf = (
  { checkpoint, other, from: first, to: last, points }: InterpolateRequest,
  from: Point,
  to: Point,
) => ({
  described: {
    kind: 'interpolation' as const,
    label: `${nameOf(checkpoint)} to ${nameOf(other)}`,
    unit: Math.sqrt(from.theta.reduce((sum, value, i) => sum + (to.theta[i] - value) ** 2, 0)),
  },
  coordinates: evenly(first, last, points),
  at: (t: number) => between(from, to, t),
});

const leftNote = (left: readonly number[], points: number): string[] =>
  left.length === 0
    ? []
    : [
        `The loss is not finite at ${left.length} of ${points} points, which were left out (t = ${left.map((t) => formatNumber(t, 3)).join(', ')}): past the ends, running variances can become negative.`,
      ];

/** The last two parts of a path: runs keep checkpoints of one name in folders of another. */
const nameOf = (path: string) => path.split(/[\\/]/).slice(-2).join('/');
