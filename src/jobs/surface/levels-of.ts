import { levelsFor } from '../../analysis/surface/levels';
import { UserError } from '../../core/errors';
import type { LossPoint } from '../../contract/report';
import type { Surface, SurfaceChoices } from '../../contract/surface';
import type { Drawing } from './drawing';

/** The finite losses on training rows that a look has found. */
export const finiteLosses = ({ samples }: Pick<Drawing, 'samples'>): LossPoint['loss'][] =>
  samples.map(({ train }) => train.loss).filter(({ value }) => Number.isFinite(value));

/**
 * Levels for all pictures.
 * @param losses that the first look at each has found.
 * @throws UserError where none is finite.
 */
export function levelsOf(
  losses: readonly LossPoint['loss'][],
  scale: SurfaceChoices['scale'],
): Surface['levels'] {
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
