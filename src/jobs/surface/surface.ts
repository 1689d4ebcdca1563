import { levelsFor } from '../../analysis/surface/levels';
import { UserError } from '../../core/errors';
import type { Picture, Surface, SurfaceRequest } from '../../contract/surface';
import { SCHEMA_VERSION } from '../../contract/vocabulary';
import { surfaceFindings } from '../../wording/interpretation/of-surface';
import type { JobContext } from '../context/context';
import { ProgressPlan } from '../context/progress-plan';
import { Canvas } from './canvas';
import { alongRun } from './checkpoints';
import { pictureOf } from './picture';

/** What each evaluation of the first look and after it counts in the plan; the plane counts as many. */
const PLANE = 40;
const FIRST = 81;
const MORE = 300;
/** Pictures are sent no more often than this. */
const EACH_MS = 1500;

/**
 * The loss over planes through parameter space, one picture a checkpoint or one of several: measured where it cannot be
 * foretold, interpolated between, on the same rows, directions' seed, extents and levels in all pictures. Streams from the
 * first 81 evaluations on.
 */
export async function surface(
  { checkpoints, settings, choices, title }: SurfaceRequest,
  context: JobContext<Surface>,
): Promise<Surface> {
  const started = performance.now();
  const { signal } = context;
  refuseCount(checkpoints.length, choices.plane);
  const together = choices.plane === 'checkpoints' || choices.plane === 'path';
  const subjects = together
    ? [choices.plane === 'path' ? alongRun(checkpoints) : checkpoints]
    : checkpoints.map((checkpoint) => [checkpoint]);
  const plan = new ProgressPlan(
    [
      { name: 'planes', work: subjects.length, weight: PLANE * subjects.length },
      { name: 'first look', work: FIRST * subjects.length, weight: FIRST * subjects.length },
      { name: 'refinement', work: MORE * subjects.length, weight: MORE * subjects.length },
    ],
    context.progress,
  );
  let done = 0;
  let published = -Infinity;
  const canvases: Canvas[] = [];
  const pictures: Picture[] = [];
  const document = (): Surface => ({
    schemaVersion: SCHEMA_VERSION,
    kind: 'surface',
    status: 'running',
    createdAt,
    title: title || titleOf(canvases),
    choices,
    settings: canvases[0].reportSettings,
    levels,
    pictures: [...pictures],
    findings: [],
    notes: [...new Set(canvases.flatMap(({ notes }) => notes))],
    cost: { evaluations: done, seconds: (performance.now() - started) / 1000 },
  });
  const createdAt = new Date().toISOString();
  let levels: Surface['levels'] = { kind: 'linear', values: [0, 1], offset: 0 };
  const show = (canvas: Canvas, index: number, now = false) => {
    if (!now && performance.now() - published < EACH_MS) return;
    published = performance.now();
    pictures[index] = pictureOf(canvas.subject, canvas.drawing, levels);
    context.partial(document());
  };
  const share = { request: settings, choices, signal, frugal: context.frugal ?? false };
  try {
    plan.enter('planes');
    for (const [i, paths] of subjects.entries()) {
      canvases.push(await Canvas.open(paths, share));
      plan.advance(i + 1);
      if (subjects.length > 1) await canvases[i].close();
    }
    // A random direction's own length is its unit: as far in every network, however its layers are scaled.
    if (!together && choices.plane !== 'random') alike(canvases);
    plan.enter('first look');
    const counting = () => plan.advance(++done);
    for (const canvas of canvases) {
      await canvas.begin(counting);
      if (subjects.length > 1) await canvas.close();
    }
    const first = canvases.flatMap(({ drawing }) => drawing.samples);
    levels = levelsOf(
      first.map(({ train }) => train.loss),
      choices.scale,
    );
    canvases.forEach((canvas, i) => show(canvas, i, true));
    plan.enter('refinement');
    const before = done;
    for (const [i, canvas] of canvases.entries()) {
      await canvas.refine(levels, () => {
        plan.advance(++done - before);
        show(canvas, i);
      });
      show(canvas, i, true);
      if (subjects.length > 1) await canvas.close();
    }
    const complete: Surface = { ...document(), status: 'complete' };
    complete.findings = surfaceFindings(complete);
    context.partial(complete);
    return complete;
  } finally {
    for (const canvas of canvases) await canvas.close();
  }
}

function refuseCount(count: number, plane: SurfaceRequest['choices']['plane']): void {
  if (plane === 'checkpoints' && count !== 3)
    throw new UserError(`A plane goes through three checkpoints, not ${count}: name three.`);
  if (plane === 'path' && count < 3)
    throw new UserError(
      `The path of a run takes at least three checkpoints, not ${count}: keep more of them, one an epoch for example.`,
    );
  if (plane !== 'path' && plane !== 'checkpoints' && count > MOST_PICTURES)
    throw new UserError(`${count} pictures are too many to see side by side: name at most ${MOST_PICTURES}.`);
}

const MOST_PICTURES = 12;

/** The same extents in all pictures: those of the one that reaches furthest. */
function alike(canvases: readonly Canvas[]): void {
  const reach = [0, 1].map((i) => Math.max(...canvases.map(({ plane }) => plane.axes[i].to)));
  for (const canvas of canvases) canvas.reachTo(reach);
}

type Loss = { readonly value: number; readonly standardError?: number | null | undefined };

function levelsOf(losses: readonly Loss[], wanted: SurfaceRequest['choices']['scale']): Surface['levels'] {
  const finite = losses.filter(({ value }) => Number.isFinite(value));
  if (finite.length === 0)
    throw new UserError('The loss is not finite anywhere in this plane: choose a smaller radius.');
  const lowest = finite.reduce((a, b) => (b.value < a.value ? b : a));
  const { kind, values, offset } = levelsFor(
    finite.map(({ value }) => value),
    lowest.standardError ?? 0,
    wanted,
  );
  return { kind, values: [...values], offset };
}

const titleOf = (canvases: readonly Canvas[]): string =>
  canvases.length === 1
    ? `Landscape around ${canvases[0].label}`
    : `Landscapes around ${canvases.length} checkpoints`;
