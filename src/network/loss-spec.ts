import type { LossName } from '../contract/vocabulary';
import type { FromLogits } from './targets';

/** A loss with its options. Values are per row, means over everything else. */
export interface LossSpec {
  readonly name: LossName;
  /**
   * Whether the output holds logits; `auto`: a softmax or sigmoid at the end of the model is seen and undone, anything
   * else holds logits; `behind`: the logits are what the softmax or sigmoid at its end was made of, whichever of them it
   * is. Probabilities are never clipped.
   */
  readonly fromLogits: FromLogits;
  /** Share of the labels' mass spread evenly over the classes. */
  readonly labelSmoothing: number;
  /** Where `huber` turns from square to straight. */
  readonly delta: number;
  /** The power by which the focal losses discount what is already right. */
  readonly gamma: number;
  /** The weight of the classes, or of each, in the focal losses. */
  readonly alpha: number | readonly number[];
  /** Whether the binary focal loss weighs its classes by alpha. */
  readonly balanced: boolean;
  /** Between the crossentropy (0) and the absolute error (1), in the generalized crossentropy. */
  readonly q: number;
  /** The class whose steps do not count, as the data name it; it may lie beyond the model's classes. */
  readonly ignoreClass: number | undefined;
}

/** A loss by its name, with the usual options. */
export function lossSpec(name: LossName, options: Partial<Omit<LossSpec, 'name'>> = {}): LossSpec {
  return {
    name,
    fromLogits: 'auto',
    labelSmoothing: 0,
    delta: 1,
    gamma: 2,
    alpha: 0.25,
    balanced: false,
    q: 0.5,
    ignoreClass: undefined,
    ...options,
  };
}
