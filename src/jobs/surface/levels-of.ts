import { levelsFor } from '../../analysis/surface/levels';
import { UserError } from '../../core/errors';
import type { Surface, SurfaceChoices } from '../../contract/surface';
import type { Drawing } from './drawing';

/** Levels for all pictures, from what the first look at each has found. @throws UserError where no loss is finite. */
export function levelsOf(
  canvases: readonly { readonly drawing: Pick<Drawing, 'samples'> }[],
  scale: SurfaceChoices['scale'],
): Surface['levels'] {
  const losses = canvases
    .flatMap(({ drawing }) => drawing.samples.map(({ train }) => train.loss))
    .filter(({ value }) => Number.isFinite(value));
  if (losses.length === 0)
    throw new UserError('The loss is not finite anywhere in this plane: choose a smaller radius.');
  const lowest = losses.reduce((a, b) => (b.value < a.value ? b : a));
  const { kind, values, offset } = levelsFor(
    losses.map(({ value }) => value),
    lowest.standardError ?? 0,
    scale,
  );
  return { kind, values: [...values], offset };
}
