import type { Surface, SurfaceRequest } from '../../contract/surface';
import type { JobContext } from '../context/context';
import { ProgressPlan } from '../context/progress-plan';
import { Canvas } from './canvas';
import { Gallery } from './gallery';
import { finiteLosses, levelsOf } from './levels-of';
import { furthest, subjectsOf } from './subjects';

/** What each evaluation of the first look and after it counts in the plan; the plane counts as many. */
const PLANE = 40;
const FIRST = 81;
const MORE = 300;
/** The same for what is measured at each place of a map of sharpness, and at each checkpoint of a path. */
const PLACE = 100;
const ALONG = { steps: 2, gradient: 30, curvature: 250 } as const;

/**
 * The loss over planes through parameter space, one picture a checkpoint or one of several: measured where it cannot be
 * foretold, interpolated between, on the same rows, directions' seed, extents and levels in all pictures. Streams from the
 * first 81 evaluations on. What was measured is kept where there is a cache, so that a picture that was stopped goes on.
 *
 * @throws UserError where the checkpoints have no such plane; CancelledError.
 */
export async function surface(
  { checkpoints, settings, choices, title, cache }: SurfaceRequest,
  context: JobContext<Surface>,
): Promise<Surface> {
  const { signal, frugal = false } = context;
  const subjects = subjectsOf(checkpoints, choices.plane);
  const plan = planOf(subjects, choices, context.progress);
  const gallery = new Gallery({ choices, title }, context.partial);
  const { canvases } = gallery;
  // Several problems at once would hold as many sets of lanes.
  const rest = async (canvas: Canvas) => (subjects.length > 1 ? canvas.close() : undefined);
  try {
    plan.enter('planes');
    for (const [i, paths] of subjects.entries()) {
      canvases.push(await Canvas.open(paths, { request: settings, choices, signal, frugal, cache }));
      plan.advance(i + 1);
      await rest(canvases[i]);
    }
    // A random direction's own length is its unit: as far in every network, however its layers are scaled.
    if (choices.plane !== 'random' && subjects.length > 1) alike(canvases);
    plan.enter('first look');
    const count = counter();
    for (const canvas of canvases) {
      await canvas.begin((more) => plan.advance(count(more)));
      await rest(canvas);
    }
    gallery.levels = levelsOf(
      canvases.flatMap(({ drawing }) => finiteLosses(drawing)),
      choices.scale,
    );
    canvases.forEach((_, i) => gallery.show(i));
    plan.enter('refinement');
    const refined = counter();
    for (const [i, canvas] of canvases.entries()) {
      await canvas.refine(gallery.levels, (more) => {
        plan.advance(refined(more));
        gallery.showInTime(i);
      });
      gallery.show(i);
      await rest(canvas);
    }
    await beyondLosses({ gallery, choices, plan, rest });
    return gallery.complete();
  } finally {
    for (const canvas of canvases) await canvas.close();
  }
}

/** What is asked for besides losses: sharpness over the planes, and figures along a path. */
async function beyondLosses({
  gallery,
  choices,
  plan,
  rest,
}: {
  readonly gallery: Gallery;
  readonly choices: SurfaceRequest['choices'];
  readonly plan: ProgressPlan;
  readonly rest: (canvas: Canvas) => Promise<void>;
}): Promise<void> {
  const { canvases } = gallery;
  if (choices.map !== undefined) {
    plan.enter('sharpness');
    const mapped = counter();
    for (const [i, canvas] of canvases.entries()) {
      await canvas.map((more) => {
        plan.advance(mapped(more));
        gallery.showInTime(i);
      });
      gallery.show(i);
      await rest(canvas);
    }
  }
  if (choices.plane !== 'path') return;
  plan.enter('along the path');
  await canvases[0].follow((share) => {
    plan.advance(share);
    gallery.showInTime(0);
  });
  gallery.show(0);
}

/** Adds up. */
function counter(): (more: number) => number {
  let count = 0;
  return (more) => (count += more);
}

function planOf(
  subjects: readonly (readonly string[])[],
  { plane, along, map = 0 }: SurfaceRequest['choices'],
  report: JobContext['progress'],
): ProgressPlan {
  const pictures = subjects.length;
  return new ProgressPlan(
    [
      { name: 'planes', work: pictures, weight: PLANE * pictures },
      { name: 'first look', work: FIRST * pictures, weight: FIRST * pictures },
      { name: 'refinement', work: MORE * pictures, weight: MORE * pictures },
      ...(map > 0
        ? [{ name: 'sharpness', work: map ** 2 * pictures, weight: PLACE * map ** 2 * pictures }]
        : []),
      ...(plane === 'path'
        ? [{ name: 'along the path', work: 1, weight: ALONG[along] * subjects[0].length }]
        : []),
    ],
    report,
  );
}

/** The same extents in all pictures: those of the one that reaches furthest. */
function alike(canvases: readonly Canvas[]): void {
  const reach = furthest(canvases.map((canvas) => canvas.reach));
  for (const canvas of canvases) canvas.reachTo(reach);
}
