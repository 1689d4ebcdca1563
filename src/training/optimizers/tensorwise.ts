import type { Node } from '../../autodiff/graph';
import { add, mul, sub } from '../../autodiff/operations';
import type { Update, Updated } from './optimizer';

/** What a rule sees of one parameter tensor: nodes of one shape. */
export interface TensorUpdate {
  readonly parameter: Node;
  readonly gradient: Node;
  readonly slots: Readonly<Record<string, Node>>;
}

/** What it makes of it. */
export interface TensorUpdated {
  readonly parameter: Node;
  readonly slots: Readonly<Record<string, Node>>;
}

/** An update whose rule is the same for every tensor and knows no other one. */
export function tensorwise(update: Update, rule: (tensor: TensorUpdate) => TensorUpdated): Updated {
  const names = Object.keys(update.slots);
  const updated = update.parameters.map((parameter, i) =>
    rule({
      parameter,
      gradient: update.gradients[i],
      slots: Object.fromEntries(names.map((name) => [name, update.slots[name][i]])),
    }),
  );
  return {
    parameters: updated.map(({ parameter }) => parameter),
    slots: Object.fromEntries(names.map((name) => [name, updated.map(({ slots }) => slots[name])])),
  };
}

/**
 * The parameter after `step` is taken from it, and with it `decay` of itself where there is one: PyTorch and Keras shrink
 * the parameter before the step, which is the same. The shares are taken away, not 1 minus them multiplied: in float32
 * 1 - 1e-8 is 1.
 */
export function descended(parameter: Node, step: Node, decay?: Node): Node {
  return sub(parameter, decay ? add(step, mul(decay, parameter)) : step);
}

/**
 * The eigenvalue at which a rule becomes unstable: at `factor` times 2 / learningRate. Decoupled decay takes its share of
 * the 2: the iteration's root reaches -1 where w' = (1 - rate decay) w - ... does. Null at rate zero.
 */
export function stabilityLine(learningRate: number, factor: number, weightDecay = 0): number | null {
  return learningRate > 0 ? ((2 - learningRate * weightDecay) * factor) / learningRate : null;
}
