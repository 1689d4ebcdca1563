import type { Node } from '../autodiff/graph';
import {
  add,
  div,
  exp,
  log,
  mul,
  neg,
  power,
  reduceSum,
  sigmoid,
  softplus,
  spread,
  sub,
} from '../autodiff/operations';
import { shapeText } from '../autodiff/shape';
import { UserError } from '../core/errors';
import type { LossSpec } from './loss-spec';
import { logSoftmax, logSumExp } from './softmax';
import { binaryTargets, classTargets, logitsFor, smoothed, targets, weightedLog } from './targets';

/** -sum(y log p) over the last axis: [rows, ...] without it. */
export function categoricalCrossentropy(output: Node, labels: Node, spec: LossSpec): Node {
  const { last, classes } = classAxis(output, spec);
  const y = smoothed(classTargets(labels, output), spec.labelSmoothing, 1 / classes);
  const logits = logitsFor('softmax', output, spec.fromLogits);
  if (logits) {
    // Only targets that may not sum to 1 need their sum.
    const mass = labels.dtype === 'int32' ? 1 : reduceSum(y, [last]);
    return sub(mul(mass, logSumExp(logits, last)), reduceSum(mul(y, logits), [last]));
  }
  const total = spread(reduceSum(output, [last]), output, [last]);
  return neg(reduceSum(sub(weightedLog(y, output), mul(y, log(total))), [last]));
}

/** -(y log p + (1 - y) log(1 - p)) of each output. */
export function binaryCrossentropy(output: Node, labels: Node, spec: LossSpec): Node {
  const y = smoothed(binaryTargets(labels, output), spec.labelSmoothing, 0.5);
  const logits = logitsFor('sigmoid', output, spec.fromLogits);
  if (logits) return sub(softplus(logits), mul(y, logits));
  return neg(add(weightedLog(y, output), weightedLog(sub(1, y), sub(1, output))));
}

/** Categorical crossentropy with the factor alpha (1 - p)^gamma at every class (Lin et al. 2017). */
export function categoricalFocal(output: Node, labels: Node, spec: LossSpec): Node {
  const { last, classes } = classAxis(output, spec);
  const y = smoothed(classTargets(labels, output), spec.labelSmoothing, 1 / classes);
  const logits = logitsFor('softmax', output, spec.fromLogits);
  const total = () => spread(reduceSum(output, [last]), output, [last]);
  const logs = logits ? logSoftmax(logits, last) : log(div(output, total()));
  const { alpha } = spec;
  const factor =
    typeof alpha === 'number' ? alpha : output.graph.constant(Float64Array.from(alpha), [alpha.length]);
  const weight = mul(power(sub(1, exp(logs)), spec.gamma), factor);
  return neg(reduceSum(mul(weight, mul(y, logs)), [last]));
}

/** (1 - p^q) / q of the right class's probability: less moved by wrong labels (Zhang & Sabuncu 2018, equation 6). */
export function categoricalGeneralized(output: Node, labels: Node, spec: LossSpec): Node {
  const { last } = classAxis(output, spec);
  const logits = logitsFor('softmax', output, spec.fromLogits);
  const p = reduceSum(mul(classTargets(labels, output), logits ? exp(logSoftmax(logits, last)) : output), [
    last,
  ]);
  return div(sub(1, power(p, spec.q)), spec.q);
}

/** Binary crossentropy with the factor (1 - p)^gamma of the right answer, and alpha of its class if balanced (Lin et al. 2017). */
export function binaryFocal(output: Node, labels: Node, spec: LossSpec): Node {
  const y = smoothed(binaryTargets(labels, output), spec.labelSmoothing, 0.5);
  const logits = logitsFor('sigmoid', output, spec.fromLogits);
  const p = logits ? sigmoid(logits) : output;
  const wrong = add(mul(y, sub(1, p)), mul(sub(1, y), p));
  const focal = mul(power(wrong, spec.gamma), binaryCrossentropy(output, labels, spec));
  if (!spec.balanced) return focal;
  const alpha = typeof spec.alpha === 'number' ? spec.alpha : spec.alpha[0];
  return mul(focal, add(mul(y, alpha), mul(sub(1, y), 1 - alpha)));
}

/** sum(y log(y / p)) over the last axis, p being probabilities. */
export function kullbackLeibler(output: Node, labels: Node, spec: LossSpec): Node {
  const { last } = classAxis(output, spec);
  const y = targets(labels, output);
  const logits = logitsFor('softmax', output, false);
  const own = reduceSum(weightedLog(y, y), [last]);
  return sub(own, reduceSum(logits ? mul(y, logSoftmax(logits, last)) : weightedLog(y, output), [last]));
}

function classAxis(output: Node, { name }: LossSpec): { last: number; classes: number } {
  const last = output.shape.length - 1;
  const classes = output.shape[last];
  if (last < 1 || classes < 2)
    throw new UserError(
      `${name} needs two or more classes along the last axis, but the model's output is ${shapeText(output.shape.slice(1))} a row; choose another loss.`,
    );
  return { last, classes };
}
