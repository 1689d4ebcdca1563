import { basename, dirname } from 'node:path';
import type { ReportSettings } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import type { PictureMark, Surface, SurfaceChoices } from '../../contract/surface';
import { BatchStatistics } from '../../objective/evaluation/batch-statistics';
import { withoutStatistics } from '../compare/barrier';
import { epochOf } from '../compare/members';
import { emptyReport } from '../preparation/begun-report';
import { measureCheckpoint } from '../preparation/measure-point';
import { openProblem } from '../preparation/open-problem';
import type { Problem } from '../preparation/problem';
import { type PlacedCheckpoint, placeCheckpoints } from './checkpoints';
import { Drawing } from './drawing';
import { type PictureSubject, quadraticAt } from './picture';
import { type DrawnPlane, planeOf } from './planes';
import { PlaceMeter } from './samples';

/** What all pictures of one job share. */
export interface Shared {
  readonly request: Omit<AnalyzeRequest, 'trained'>;
  readonly choices: SurfaceChoices;
  readonly signal: AbortSignal;
  readonly frugal: boolean;
}

interface Open {
  readonly problem: Problem;
  readonly statistics: BatchStatistics | undefined;
}

/** What one picture is drawn from and on: its checkpoints opened while they are needed, its plane, its drawing. */
export class Canvas {
  readonly label: string;
  reportSettings!: ReportSettings;
  notes: string[] = [];
  plane!: DrawnPlane;
  drawing!: Drawing;
  subject!: PictureSubject;
  /** Evaluations so far, those at places that a picture was tried at among them. */
  evaluations = 0;
  private opened: Open | undefined;
  private placed: readonly PlacedCheckpoint[] = [];

  private constructor(
    private readonly paths: readonly string[],
    private readonly shared: Shared,
  ) {
    this.label = nameOf(this.own);
  }

  /** Opens the checkpoints and finds their plane. */
  static async open(paths: readonly string[], shared: Shared): Promise<Canvas> {
    const canvas = new Canvas(paths, shared);
    const { problem } = await canvas.open();
    try {
      const { request, choices, signal } = shared;
      canvas.placed = await placeCheckpoints(paths, canvas.own, problem, signal);
      canvas.plane = await planeOf({
        problem,
        request: { ...request, checkpoint: canvas.own },
        choices,
        placed: canvas.placed,
        signal,
      });
      await canvas.describe(problem);
      return canvas;
    } catch (error) {
      await canvas.close();
      throw error;
    }
  }

  /** Another extent on either side of the middle, for a picture like others. */
  reachTo(reach: readonly number[]): void {
    const [x, y] = this.plane.axes.map((axis, i) => ({ ...axis, from: -reach[i], to: reach[i] }));
    this.plane = { ...this.plane, axes: [x, y] };
  }

  /** Measures the first nodes, and the checkpoints that are marked. */
  async begin(onSample: () => void): Promise<void> {
    const { choices, request } = this.shared;
    const started = performance.now();
    this.drawing = new Drawing(this.plane, {
      choices,
      seed: request.seed,
      remaining: () => (choices.seconds ?? Infinity) - (performance.now() - started) / 1000,
      onSample: () => {
        this.evaluations++;
        this.report();
      },
    });
    this.report = onSample;
    const meter = await this.meter();
    await this.drawing.begin(meter);
    this.subject = { ...this.subject, marks: await this.marked(meter) };
  }

  async refine(levels: Surface['levels'], onSample: () => void): Promise<void> {
    this.report = onSample;
    await this.drawing.refine(await this.meter(), levels);
  }

  /** Ends the processes that compute; what was drawn stays, and they are opened again where they are needed. */
  close(): Promise<void> {
    this.opened?.statistics?.dispose();
    this.opened?.problem.objective.dispose();
    this.opened = undefined;
    return Promise.resolve();
  }

  private report: () => void = () => undefined;

  /** The checkpoint that stands for all: a run's last. */
  private get own(): string {
    return this.shared.choices.plane === 'path' ? this.paths[this.paths.length - 1] : this.paths[0];
  }

  private async open(): Promise<Open> {
    if (this.opened) return this.opened;
    const { request, signal, frugal, choices } = this.shared;
    const problem = await openProblem({ ...request, checkpoint: this.own }, signal, { frugal });
    try {
      const statistics = choices.batchNorm === 're-estimated' ? await this.statisticsOf(problem) : undefined;
      this.opened = { problem, statistics };
      return this.opened;
    } catch (error) {
      problem.objective.dispose();
      throw error;
    }
  }

  private async statisticsOf({ opened, objective }: Problem): Promise<BatchStatistics | undefined> {
    const { request, signal } = this.shared;
    const why = withoutStatistics(opened.model);
    if (why !== undefined) this.notes.push(why);
    return why === undefined
      ? BatchStatistics.open({ ...objective.options, seed: request.seed, signal })
      : undefined;
  }

  private async meter(): Promise<PlaceMeter> {
    const { problem, statistics } = await this.open();
    return new PlaceMeter(problem, this.plane, statistics, this.shared.signal);
  }

  private async describe(problem: Problem): Promise<void> {
    const { request, signal } = this.shared;
    const { settings, checkpoint, notes } = emptyReport(
      'analysis',
      { ...request, checkpoint: this.own },
      problem,
    );
    this.reportSettings = settings;
    this.notes.push(...notes);
    this.subject = {
      label: this.label,
      checkpoint,
      centre: await measureCheckpoint(problem, problem.objective.origin, this.own, signal),
      quadratic: await quadraticAt(problem, this.plane, signal),
      marks: [],
    };
  }

  private async marked(meter: PlaceMeter): Promise<Omit<PictureMark, 'off'>[]> {
    const marks: Omit<PictureMark, 'off'>[] = [];
    for (const [i, { path, point }] of this.placed.entries()) {
      const { at, distance } = this.plane.marks[i];
      const [own, onPlane] = [await meter.of(point), await meter.at(at)].map(({ train }) =>
        Number.isFinite(train.loss.value) ? train.loss.value : null,
      );
      const epoch = epochOf(path);
      marks.push({
        label: nameOf(path),
        path,
        at,
        distance,
        loss: own,
        lossOnPlane: onPlane,
        ...(epoch === undefined ? {} : { epoch }),
      });
    }
    return marks;
  }
}

/** The file's name; with its folder's, where runs keep files of one name in folders of another. */
const nameOf = (path: string): string => `${basename(dirname(path))}/${basename(path)}`;
