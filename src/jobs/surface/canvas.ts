import { basename, dirname } from 'node:path';
import type { ReportSettings } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import type { PictureMark, PictureSpan, Surface, SurfaceChoices } from '../../contract/surface';
import type { BatchStatistics } from '../../objective/evaluation/batch-statistics';
import { epochOf } from '../compare/members';
import { statisticsAnew } from '../compare/statistics-anew';
import { emptyReport } from '../preparation/begun-report';
import { measureCheckpoint } from '../preparation/measure-point';
import { openProblem } from '../preparation/open-problem';
import type { Problem } from '../preparation/problem';
import { type PlacedCheckpoint, placeCheckpoints } from './checkpoints';
import { Drawing } from './drawing';
import { pathBySteps } from './path/by-steps';
import { KeptSharpness } from './map/kept-sharpness';
import { mapSharpness } from './map/map-sharpness';
import { followPath } from './path/follow';
import { type PictureSubject, quadraticAt } from './picture';
import { KeptPlaces, type PlacesKey } from './kept-places';
import { keptPlaneOf } from './kept-plane';
import type { DrawnPlane } from './planes';
import { PlaceMeter, type Sample } from './samples';
import { MOST_NUMBERS, numbersOf, spanOf } from './span';

/** What all pictures of one job share. */
export interface Shared {
  readonly request: Omit<AnalyzeRequest, 'trained'>;
  readonly choices: SurfaceChoices;
  readonly signal: AbortSignal;
  readonly frugal: boolean;
  /** Where what was measured is kept. */
  readonly cache: string | undefined;
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
  /** Of the curvature matrix with vectors, for a map of sharpness. */
  products = 0;
  plane!: DrawnPlane;
  drawing!: Drawing;
  subject!: PictureSubject;
  /** Of a network that is not too large for a document. */
  span: PictureSpan | undefined;
  private opened: Open | undefined;
  private kept: KeptPlaces | undefined;
  private readonly meters: PlaceMeter[] = [];
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
      canvas.plane = await keptPlaneOf(
        {
          ...{ problem, choices, placed: canvas.placed, signal },
          request: { ...request, checkpoint: canvas.own },
        },
        shared.cache,
      );
      await canvas.describe(problem);
      canvas.kept = await KeptPlaces.open(shared.cache, canvas.key);
      return canvas;
    } catch (error) {
      await canvas.close();
      throw error;
    }
  }

  /** How far it reaches on either side of its middle. */
  get reach(): [number, number] {
    const [x, y] = this.plane.axes;
    return [x.to, y.to];
  }

  /** Another extent on either side of the middle, for a picture like others. */
  reachTo(reach: readonly number[]): void {
    const [x, y] = this.plane.axes.map((axis, i) => ({ ...axis, from: -reach[i], to: reach[i] }));
    this.plane = { ...this.plane, axes: [x, y] };
  }

  /** Measures the first nodes, and the checkpoints that are marked. */
  async begin(onSamples: (count: number) => void): Promise<void> {
    const { choices, request } = this.shared;
    const started = performance.now();
    this.drawing = new Drawing(this.plane, {
      choices,
      seed: request.seed,
      remaining: () => (choices.seconds ?? Infinity) - (performance.now() - started) / 1000,
      onSamples: (count) => this.report(count),
    });
    this.report = onSamples;
    const meter = await this.meter();
    await this.drawing.begin(meter);
    this.subject = { ...this.subject, marks: await this.marked(meter) };
    await this.kept?.save();
  }

  async refine(levels: Surface['levels'], onSamples: (count: number) => void): Promise<void> {
    this.report = onSamples;
    const known = this.subject.marks.map(({ at, lossOnPlane }) => ({ at, loss: lossOnPlane }));
    await this.drawing.refine(await this.meter(), levels, known);
  }

  /** Measures what is asked for along a path, where the plane is that of one. */
  async follow(onStep: (share: number) => void): Promise<void> {
    if (this.subject.path === undefined) return;
    const { problem } = await this.open();
    const { placed, plane } = this;
    const { request, choices, signal } = this.shared;
    const path = await followPath({
      ...{ problem, placed, plane, choices, signal },
      request: { ...request, checkpoint: this.own },
      onStep: (known, share) => {
        this.subject = { ...this.subject, path: known };
        onStep(share);
      },
    });
    this.subject = { ...this.subject, path };
  }

  /** Measures the sharpness over the plane, where that is asked for. */
  async map(onPlace: (count: number) => void): Promise<void> {
    const { request, choices, signal, cache } = this.shared;
    if (choices.map === undefined) return;
    const { problem, statistics } = await this.open();
    await mapSharpness({
      ...{ objective: problem.objective, plane: this.plane, side: choices.map, signal },
      request: { ...request, checkpoint: this.own },
      settled: async (point) => (statistics ? statistics.at(point, signal) : point),
      kept: await KeptSharpness.open(cache, this.key),
      onPlace: (sharpness, products) => {
        this.subject = { ...this.subject, sharpness };
        this.products += products;
        onPlace(1);
      },
    });
  }

  /** Ends the processes that compute; what was drawn stays, and they are opened again where they are needed. */
  async close(): Promise<void> {
    this.opened?.statistics?.dispose();
    this.opened?.problem.objective.dispose();
    this.opened = undefined;
    await this.kept?.save();
  }

  /** How often a place was measured that was not known before. */
  get evaluations(): number {
    return this.meters.reduce((sum, { evaluations }) => sum + evaluations, 0);
  }

  /** What the figures at places of the plane depend on. */
  private get key(): PlacesKey {
    const { plane, subject, reportSettings } = this;
    const { request, choices } = this.shared;
    return {
      ...{ plane, request, batchNorm: choices.batchNorm },
      checkpoint: subject.checkpoint.sha256,
      data: reportSettings.data.sha256,
    };
  }

  private report: (count: number) => void = () => undefined;

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

  private async statisticsOf(problem: Problem): Promise<BatchStatistics | undefined> {
    const { request, signal } = this.shared;
    const { statistics, why } = await statisticsAnew(problem, request.seed, signal);
    if (why !== undefined) this.notes.push(why);
    return statistics;
  }

  private async meter(): Promise<PlaceMeter> {
    const { problem, statistics } = await this.open();
    const { plane, kept } = this;
    const meter = new PlaceMeter({ problem, plane, statistics, kept: kept!, signal: this.shared.signal });
    this.meters.push(meter);
    return meter;
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
    if (numbersOf(this.plane) <= MOST_NUMBERS) this.span = spanOf(problem, this.plane);
    this.subject = {
      label: this.label,
      checkpoint,
      centre: await measureCheckpoint(problem, problem.objective.origin, this.own, signal),
      quadratic: await quadraticAt(problem, this.plane, signal),
      marks: [],
      ...(this.shared.choices.plane === 'path' ? { path: pathBySteps(this.placed) } : {}),
    };
  }

  private async marked(meter: PlaceMeter): Promise<Omit<PictureMark, 'off'>[]> {
    const { placed, plane } = this;
    const own = await inPasses(meter, placed, (pass) => meter.of(pass.map(({ point }) => point)));
    const onPlane = await inPasses(meter, plane.marks, (pass) => meter.at(pass.map(({ at }) => at)));
    return placed.map(({ path }, i) => {
      const { at, distance } = plane.marks[i];
      const [loss, lossOnPlane] = [own[i], onPlane[i]].map(({ train }) =>
        Number.isFinite(train.loss.value) ? train.loss.value : null,
      );
      const epoch = epochOf(path);
      const known = { label: nameOf(path), path, at, distance, loss, lossOnPlane };
      return epoch === undefined ? known : { ...known, epoch };
    });
  }
}

async function inPasses<T>(
  meter: PlaceMeter,
  all: readonly T[],
  measure: (pass: readonly T[]) => Promise<readonly Sample[]>,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (samples.length < all.length)
    samples.push(...(await measure(all.slice(samples.length, samples.length + meter.pass))));
  return samples;
}

/** The file's name; with its folder's, where runs keep files of one name in folders of another. */
const nameOf = (path: string): string => `${basename(dirname(path))}/${basename(path)}`;
