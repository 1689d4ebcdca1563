import { record } from './serialized';

/** The loss of a compile configuration (`compile_config`, `training_config`), as stored; undefined when there is none. */
export function compiledLoss(config: unknown): unknown {
  // Keras before 3 wraps the configuration of a model with `compile` overridden once more.
  const { loss, config: inner } = record(config);
  return loss ?? record(inner).loss ?? undefined;
}

/** A loss of several outputs as a list or record with one entry is that entry. */
export function singleLoss(loss: unknown): unknown {
  if (Array.isArray(loss) && loss.length === 1) return loss[0];
  const entries = Object.entries(record(loss));
  return entries.length === 1 && entries[0][0] !== 'class_name' ? entries[0][1] : loss;
}

/** Says so where a loss was compiled with a factor, which is not applied. */
export function lossWeightNotes(config: unknown): string[] {
  const { loss_weights: own, config: inner } = record(config);
  const stored = own ?? record(inner).loss_weights;
  const weights: unknown[] = Array.isArray(stored)
    ? stored
    : typeof stored === 'number'
      ? [stored]
      : Object.values(record(stored));
  return weights
    .filter((weight) => typeof weight === 'number' && weight !== 1)
    .map(
      (weight) =>
        `The checkpoint was compiled with loss_weights ${String(weight)}: that factor is left out of loss and curvature here.`,
    );
}
