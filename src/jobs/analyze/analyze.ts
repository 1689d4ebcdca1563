import type { Report } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { DeviceEnded } from '../../lanes/lane';
import { beginLanes } from '../../lanes/open';
import type { Point } from '../../objective/evaluation/objective';
import type { JobContext } from '../context/context';
import type { Problem } from '../preparation/problem';
import { openOrTake } from '../preparation/open-or-take';
import { hasPicture } from './stages/picture';
import { workSize } from './stages/stage';
import { stagesAsked, stagesOf } from './stages/table';
import { AnalysisState, type AnalysisSubject } from './state';

/** Curvature of one checkpoint on its data: the whole report, streamed as its values come to exist. */
export const analyze = (asked: AnalyzeRequest, context: JobContext): Promise<Report> =>
  analyzeAt(asked, context, ({ objective }) => objective.origin);

/** The same at a place in parameter space that may be another than the file's. */
export async function analyzeAt(
  asked: AnalyzeRequest,
  context: JobContext,
  place: (problem: Problem) => Point,
): Promise<Report> {
  try {
    return await analyzed(asked, context, place);
  } catch (error) {
    if (!(error instanceof DeviceEnded) || context.signal.aborted) throw error;
    const note =
      'The process on the graphics processor ended on the way, so all was computed on the processor.';
    context.log('warn', `${asked.checkpoint}: ${note}`);
    return analyzed({ ...asked, backend: 'onnxruntime' }, context, place, [note]);
  }
}

async function analyzed(
  asked: AnalyzeRequest,
  context: JobContext,
  place: (problem: Problem) => Point,
  notes: readonly string[] = [],
): Promise<Report> {
  const started = performance.now();
  context.progress({ stage: 'reading', fraction: 0, remainingSeconds: undefined });
  await beginLanes();
  const opened = await openOrTake(asked, context);
  const problem = { ...opened, notes: [...opened.notes, ...notes] };
  try {
    return await analyzeOpened({ request: asked, problem, origin: place(problem), context, started });
  } finally {
    problem.objective.dispose();
  }
}

/** The same of a problem that is open already; `started` is the clock's time when the job began. */
export async function analyzeOpened(subject: AnalysisSubject): Promise<Report> {
  const { request, problem } = subject;
  const size = workSize(problem);
  const state = new AnalysisState(subject, (cost) => stagesOf(request, size, cost));
  if (hasPicture(request, size)) state.report.settings.picture = true;
  try {
    state.publish();
    for (const stage of stagesAsked(request)) {
      if (stage.run === undefined) continue;
      state.progress.enter(stage.name);
      await stage.run(state);
    }
    state.report.status = 'complete';
    state.publish();
    return state.report;
  } finally {
    state.eigenvalues?.dispose();
  }
}
