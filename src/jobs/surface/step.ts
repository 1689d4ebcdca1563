import type { Surface } from '../../contract/surface';
import type { SurfaceTask } from '../../contract/surface-step';
import type { JobContext } from '../context/context';
import { Canvas } from './canvas';
import { finiteLosses } from './levels-of';
import { subjectsOf } from './subjects';
import { surface as draw } from './surface';

/** Places of a first look. */
const FIRST = 81;

/** What a step leaves for the steps after it, as `contract/surface-step.ts` has it; a whole surface of a single picture. */
type Left =
  Surface | { readonly reach: readonly number[] } | { readonly losses: readonly unknown[] } | object;

/**
 * Does one step of some pictures, with what it needs of the steps before in itself. What it measures lies in the request's
 * cache, where the other steps and `surface` itself find it.
 * @throws UserError, CancelledError
 */
export async function surfaceStep(
  { surface, step }: SurfaceTask,
  context: Omit<JobContext, 'partial'>,
): Promise<Left> {
  if (step.kind === 'whole') return draw(surface, { ...context, partial: () => undefined });
  const { checkpoints, choices, cache, settings: request } = surface;
  const { signal, frugal = false } = context;
  const paths = subjectsOf(checkpoints, choices.plane)[step.picture];
  const all = step.kind === 'map' ? (choices.map ?? 1) ** 2 : step.kind === 'look' ? FIRST : choices.points;
  let count = 0;
  const more = (measured: number) => {
    count += measured;
    context.progress({
      stage: `${step.kind}: ${count} places`,
      fraction: Math.min(1, count / all),
      remainingSeconds: undefined,
    });
  };
  const canvas = await Canvas.open(paths, { request, choices, signal, frugal, cache });
  try {
    if (step.kind === 'plane') return { reach: canvas.reach };
    if (step.reach) canvas.reachTo(step.reach);
    if (step.kind === 'map') {
      await canvas.map(more);
      return {};
    }
    await canvas.begin(more);
    if (step.kind === 'look')
      return {
        losses: finiteLosses(canvas.drawing).map(({ value, standardError }) => [value, standardError]),
      };
    await canvas.refine(step.levels, more);
    return {};
  } finally {
    await canvas.close();
  }
}
