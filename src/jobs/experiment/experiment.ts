import path from 'node:path';
import type { PlannedRun } from '../../analysis/experiments/expand';
import { figuresOfHistory, figuresOfReport, groupsOf, lostRuns } from '../../analysis/experiments/figures';
import { settingOf } from '../../analysis/experiments/setting';
import { judge, unjudged } from '../../analysis/experiments/verdict';
import { CancelledError, UserError, messageOf, throwIfCancelled } from '../../core/errors';
import type { ExperimentReport, ExperimentRequest, ExperimentRun } from '../../contract/experiment';
import { makeFolder, refuseLink, writeOwn } from '../../settings/atomic-write';
import { incompleteTitle } from '../../wording/incomplete';
import type { JobContext } from '../context/context';
import { onceMore } from '../context/once-more';
import { barrierNotes } from './barrier-plan';
import { InputHashes } from './input-hashes';
import { KeptStore } from '../../settings/kept-store';
import { planNotes, rowsNote } from './plan';
import { plannedRuns } from './planned-runs';
import { decompose } from './predictions';
import { type LineEnds, lineBetween, linesOf } from './interpolations';
import { type SweepRun, endOf, lengthOf } from './sweep-run';
import { type MeasuringHost, Measuring, partOf, requestFor, withRescaled } from './measuring';
import { checkpointsOf, endedRun } from './run-folder';
import { SweepProgress, type Task } from './sweep-progress';
import { compareRuns } from './compare-runs';
import { train } from '../train/train';

/**
 * Trains, measures and compares the runs of an experiment and judges its claims. All that is finished stays in the
 * output folder: a second start goes on where the first stopped.
 * @throws UserError that names every mistake of the file with its place, or when no run came to its end.
 */
export async function experiment(
  request: ExperimentRequest,
  context: JobContext<ExperimentReport>,
): Promise<ExperimentReport> {
  context.progress({ stage: 'reading', fraction: 0, remainingSeconds: undefined });
  return new Experiment(request, plannedRuns(request), context).run();
}

/**
 * Trains and measures one run of an experiment, by its folder, and writes nothing that is of all of them.
 * @throws what ended it, where it did not come to its end; a run that diverges has come to its.
 */
export async function experimentRun(
  request: ExperimentRequest,
  folder: string,
  context: JobContext<ExperimentReport>,
): Promise<void> {
  const runs = plannedRuns(request).filter((run) => run.folder === folder);
  if (runs.length === 0) throw new UserError(`${request.path} has no run ${folder} any more.`);
  await new Experiment(request, runs, context).runOnly();
}

/** What is done with each run, one after the other. */
type Step = 'train' | 'measure' | 'attack' | 'predict' | 'rescale';

/** One experiment under way. */
class Experiment {
  private readonly started = performance.now();
  private readonly runs: readonly SweepRun[];
  private readonly report: ExperimentReport;
  private readonly measuring: Measuring;
  private readonly kept: KeptStore;
  private readonly steps: readonly { readonly run: SweepRun; readonly step: Step }[];
  private readonly lines: readonly LineEnds[];
  private readonly progress: SweepProgress;
  private readonly inputs: InputHashes;
  private firstFailure: Error | undefined;

  constructor(
    private readonly request: ExperimentRequest,
    planned: readonly PlannedRun[],
    private readonly context: JobContext<ExperimentReport>,
  ) {
    const { file, out } = request;
    this.runs = planned.map((each) => this.sweepRun(each));
    this.inputs = new InputHashes(context.signal);
    this.kept = new KeptStore(path.join(out, 'results'));
    this.measuring = new Measuring(this.reportFolder, this.kept);
    this.steps = this.plan();
    this.lines = linesOf(file, this.runs);
    this.progress = new SweepProgress(this.tasks(), (progress) => context.progress(progress));
    this.report = {
      schemaVersion: 1,
      kind: 'experiment',
      status: 'running',
      createdAt: new Date().toISOString(),
      title: file.title,
      question: file.question,
      background: file.background,
      setting: settingOf(file, planned),
      form: file.form,
      runs: this.runs.flatMap(({ shown, rescaled }) => [shown, ...rescaled.map((each) => each.shown)]),
      groups: [],
      verdicts: [],
      lines: [],
      notes: [],
      seconds: 0,
    };
  }

  /** The runs alone. */
  async runOnly(): Promise<void> {
    await this.prepareFolder();
    await this.takeSteps();
    if (this.firstFailure) throw this.firstFailure;
  }

  async run(): Promise<ExperimentReport> {
    await this.prepareFolder();
    try {
      const barriers = barrierNotes(
        this.request.file,
        this.runs.map(({ planned }) => planned),
      );
      this.report.notes.push(
        ...(await planNotes(this.request.out, this.request.file)),
        ...barriers,
        rowsNote(this.runs.map(({ planned }) => planned)),
      );
      this.publish();
      await this.takeSteps();
      if (!this.runs.some(({ shown }) => shown.status === 'done'))
        throw this.firstFailure ?? new UserError('Every run diverged: choose smaller learning rates.');
      decompose(this.runs);
      await this.drawLines();
      await this.compare();
      await this.end(this.isWhole ? 'complete' : 'incomplete');
      return this.report;
    } catch (error) {
      if (this.context.signal.aborted) {
        await this.end('cancelled');
        throw new CancelledError();
      }
      // What lies in the folder may be a whole report of an earlier start: it stays.
      this.tellEnd('incomplete');
      throw error;
    }
  }

  private async takeSteps(): Promise<void> {
    for (const [i, { run, step }] of this.steps.entries()) {
      throwIfCancelled(this.context.signal);
      if (run.shown.status === 'failed' || run.shown.status === 'diverged') continue;
      await this.attempt(i, run, step);
      this.publish();
    }
  }

  /** The folder may be a link, as a person likes; what lies in it is ours, and nothing there is written through one. */
  private async prepareFolder(): Promise<void> {
    const { out } = this.request;
    await makeFolder(out);
    for (const name of ['reports', 'results']) await refuseLink(path.join(out, name), 'folder');
    for (const name of ['report.json', 'plan.json']) await refuseLink(path.join(out, name));
  }

  private tellEnd(status: Exclude<ExperimentReport['status'], 'running'>): void {
    this.report.status = status;
    if (status === 'incomplete') this.report.title = incompleteTitle(this.request.file.title);
    this.publish();
  }

  /** Tells and writes how it ended. */
  private async end(status: Exclude<ExperimentReport['status'], 'running'>): Promise<void> {
    this.tellEnd(status);
    await writeOwn(
      path.join(this.request.out, 'report.json'),
      `${JSON.stringify(this.report, undefined, 1)}\n`,
    );
  }

  private get isWhole(): boolean {
    return this.partsLeft === 0 && this.runs.every(({ shown }) => shown.status !== 'failed');
  }

  private get reportFolder(): string {
    return path.join(this.request.out, 'reports');
  }

  private sweepRun(planned: PlannedRun): SweepRun {
    const { rescale } = this.request.file.measure;
    const line = (factor?: number): ExperimentRun => ({
      label: factor === undefined ? planned.label : `${planned.label}, rescaled by ${factor}`,
      labels: rescale.length === 0 ? { ...planned.labels } : withRescaled(planned.labels, factor),
      seed: planned.seed,
      folder: planned.folder,
      status: 'waiting',
      figures: {},
    });
    return {
      planned,
      folder: path.join(this.request.out, planned.folder),
      shown: line(),
      rescaled: rescale.map((factor) => ({ factor, shown: line(factor) })),
    };
  }

  /** Seed after seed: whoever stops early has every setting with the same seeds. */
  private plan(): { run: SweepRun; step: Step }[] {
    const { measure } = this.request.file;
    const steps: Step[] = [
      'train',
      'measure',
      ...(measure.attacks ? (['attack'] as const) : []),
      ...(measure.biasVariance ? (['predict'] as const) : []),
      ...(measure.rescale.length > 0 ? (['rescale'] as const) : []),
    ];
    const seeds = [...new Set(this.runs.map(({ planned }) => planned.seed))];
    const inOrder = seeds.flatMap((seed) => this.runs.filter(({ planned }) => planned.seed === seed));
    return inOrder.flatMap((run) => steps.map((step) => ({ run, step })));
  }

  private tasks(): Task[] {
    return [
      ...this.steps.map(({ run, step }) => ({ kind: step, work: step === 'train' ? lengthOf(run) : 1 })),
      ...this.lines.map(() => ({ kind: 'line', work: 1 })),
      { kind: 'compare', work: 1 },
    ];
  }

  /** One step with one run; what fails is said at the run, and the others go on. */
  private async attempt(index: number, run: SweepRun, step: Step): Promise<void> {
    const name = `${run.planned.label}, seed ${run.planned.seed}`;
    this.progress.begin(index, name);
    try {
      const isNew = await onceMore(name, this.context, ({ frugal }) =>
        this.take(run, step, { ...this.host(name), frugal }),
      );
      this.progress.end(isNew);
    } catch (error) {
      if (error instanceof CancelledError || this.context.signal.aborted) throw error;
      this.firstFailure ??= error instanceof Error ? error : new Error(messageOf(error));
      this.settle(run, 'failed', messageOf(error));
      this.progress.end(true);
    }
  }

  private host(name: string): MeasuringHost {
    return {
      signal: this.context.signal,
      log: this.context.log,
      progress: (share, stage) => this.progress.advance(share, `${name}: ${stage}`),
    };
  }

  /** Gives whether anything had to be computed. */
  private async take(run: SweepRun, step: Step, host: MeasuringHost): Promise<boolean> {
    const { file, tensorflowPath } = this.request;
    if (step === 'train') return this.train(run, host);
    const history = run.history!;
    const request = requestFor(file, run.planned, endOf(run), tensorflowPath);
    const { sha256 } = history.data;
    if (step === 'measure') {
      const { value, isNew } = await this.measuring.report(request, sha256, host);
      Object.assign(run.shown.figures, figuresOfReport(value));
      this.settle(run, 'done');
      return isNew;
    }
    if (step === 'attack') {
      const { value, isNew } = await this.measuring.attacked(request, file.measure.attacks!, sha256, host);
      Object.assign(run.shown.figures, value);
      return isNew;
    }
    if (step === 'predict') {
      const { value, isNew } = await this.measuring.predicted(request, sha256, host);
      run.predicted = value;
      return isNew;
    }
    let isNew = false;
    for (const { factor, shown } of run.rescaled) {
      const found = await this.measuring.rescaled(request, factor, sha256, host);
      Object.assign(shown.figures, found.value);
      shown.status = 'done';
      isNew ||= found.isNew;
    }
    return isNew;
  }

  private async train(run: SweepRun, host: MeasuringHost): Promise<boolean> {
    const { file, path: name, tensorflowPath } = this.request;
    const ended = await endedRun(run.folder, run.planned.run, await this.inputs.of(run.planned.run));
    const failure = this.request.failures?.[run.planned.folder];
    if (failure) throw new Error(failure.reason);
    run.shown.status = 'training';
    this.publish();
    run.history =
      ended ??
      (await train(
        {
          run: run.planned.run,
          name: `${path.relative('', name)} (${run.planned.folder})`,
          out: run.folder,
          resume: true,
          ...(tensorflowPath ? { tensorflowPath } : {}),
        },
        partOf(host),
        { frugal: host.frugal ?? false },
      ));
    Object.assign(run.shown.figures, figuresOfHistory(run.history, file.measure.tail));
    if (run.history.status === 'diverged') this.settle(run, 'diverged', run.history.notes.at(-1));
    else run.shown.status = 'measuring';
    return !ended;
  }

  /** What has become of a run, for its rescaled ends too unless they are still to come. */
  private settle(run: SweepRun, status: 'done' | 'diverged' | 'failed', note?: string): void {
    const lost = status === 'done' ? [] : run.rescaled.map(({ shown }) => shown);
    for (const shown of [run.shown, ...lost]) {
      shown.status = status;
      if (note !== undefined) shown.note = note;
    }
  }

  private async drawLines(): Promise<void> {
    for (const [i, ends] of this.lines.entries()) {
      const { from, to, seed } = ends;
      if (from.shown.status !== 'done' || to.shown.status !== 'done') continue;
      const name = `${from.planned.label} to ${to.planned.label}, seed ${seed}`;
      this.progress.begin(this.steps.length + i, name);
      const { tensorflowPath, file } = this.request;
      const request = requestFor(file, from.planned, endOf(from), tensorflowPath);
      const { sha256 } = from.history!.data;
      await this.part(`The line from ${name}`, async () => {
        const { value, isNew } = await onceMore(name, this.context, ({ frugal }) =>
          lineBetween(request, { other: endOf(to), dataSha256: sha256 }, this.kept, {
            ...this.host(name),
            frugal,
          }),
        );
        this.report.lines.push({ seed, from: from.planned.label, to: to.planned.label, slice: value });
        this.progress.end(isNew);
      });
      this.publish();
    }
  }

  /** A part that is not of one run: where it fails it is left out, and the others go on. */
  private async part(name: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (error instanceof CancelledError || this.context.signal.aborted) throw error;
      this.partsLeft++;
      this.report.notes.push(`${name} is left out: ${messageOf(error)}`);
      this.progress.end(true);
    }
  }

  private async compare(): Promise<void> {
    const name = 'comparison';
    this.progress.begin(this.steps.length + this.lines.length, name);
    const { file, tensorflowPath } = this.request;
    const done = this.runs.filter(({ shown }) => shown.status === 'done');
    await this.part('The comparison of all runs', async () => {
      const { comparison, note } = await compareRuns(
        done.map((run) => ({
          planned: run.planned,
          request: requestFor(file, run.planned, endOf(run), tensorflowPath),
          checkpoints: checkpointsOf(run.folder, run.history!),
        })),
        { title: file.title, measure: file.measure, cache: this.reportFolder },
        this.host(name),
      );
      if (comparison) this.report.comparison = comparison;
      if (comparison?.status === 'incomplete') this.partsLeft++;
      if (note) this.report.notes.push(note);
      this.progress.end(true);
    });
  }

  /** Sends the report so far: means are always those of the runs that are done, and verdicts wait for all of them. */
  private publish(): void {
    const { report } = this;
    report.groups = groupsOf(report.runs);
    const { claims } = this.request.file;
    report.verdicts =
      report.status === 'complete' ? judge(claims, report.runs) : unjudged(claims, NOT_YET[report.status]);
    const fixed = report.notes.filter((note) => !this.lost.includes(note));
    this.lost = lostRuns(report.runs);
    report.notes = [...this.lost, ...fixed];
    report.seconds = (performance.now() - this.started) / 1000;
    this.context.partial(report);
  }

  private lost: readonly string[] = [];
  /** Lines and comparisons that failed. */
  private partsLeft = 0;
}

/** Verdicts on the way would decide too often: one of many looks is more likely to see something than one look. */
const NOT_YET = {
  running: 'Nothing is judged before all runs are in.',
  cancelled: 'Nothing is judged, since the experiment was stopped before all runs were in.',
  incomplete:
    'Nothing is judged, since the experiment is incomplete: start it again, and what failed is tried again.',
} as const;
