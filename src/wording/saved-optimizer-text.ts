import type { Watched } from '../contract/watch';
import { formatCount, formatNumber } from './format-number';

/** Where the learning rate of a checkpoint stands, and why λ₁ is held against no line where it is not, in sentences. */
export function optimizerNotes({
  optimizer,
  rateFrom,
}: Pick<Watched, 'optimizer' | 'rateFrom'>): readonly string[] {
  if (!optimizer) return [];
  const { from, rates, rule, beta1 } = optimizer;
  const several =
    rates > 1
      ? `, of the ${formatCount(rates)} rates of its groups the largest: below its line all of them are stable`
      : '';
  const origin =
    rateFrom === from ? [`The learning rate is that of the checkpoint itself (${from})${several}.`] : [];
  if (rule === 'descent') return origin;
  if (rule === 'unknown')
    return [
      ...origin,
      'Which optimizer took these steps is not said, so that λ₁ is held against no line: --learning-rate, or "learningRate" in landscape.json, says the rate of gradient descent.',
    ];
  const own =
    beta1 === undefined
      ? ''
      : ` Its own line, ${formatNumber((2 + 2 * beta1) / (1 - beta1), 4)} / learning rate by β₁ = ${formatNumber(beta1, 3)}, is for the preconditioned Hessian (Cohen et al. 2022), which is not measured here.`;
  return [
    ...origin,
    `The optimizer of this run is adaptive: λ₁ of the Hessian is held against no 2 / learning rate, which is the line of gradient descent alone.${own}`,
  ];
}
