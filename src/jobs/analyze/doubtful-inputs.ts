import type { Check, Report } from '../../contract/report';
import { formatNumber } from '../../wording/format-number';

/** A gradient this short is what rounding leaves of a network that is sure of every row. */
const VANISHED = 1e-15;

/**
 * Why checks of the derivatives failed, where what goes into the network is the likely cause: inputs so large that its
 * outputs saturate leave differences of losses nothing to see. Undefined where they passed, or that is not it.
 * @param suggestions of the report: whether bytes go in unscaled.
 */
export function doubtfulInputs(
  checks: readonly Check[],
  { suggestions, gradientNorm }: Pick<Report, 'suggestions' | 'gradientNorm'>,
): string | undefined {
  const failed = checks.find(({ passed }) => !passed);
  if (!failed) return undefined;
  const { label, found, allowed } = failed;
  const what = `A check of the derivatives failed (${label}: ${formatNumber(found, 3)}, allowed ${formatNumber(allowed, 3)})`;
  if (suggestions?.some(({ id }) => id === 'scale-inputs'))
    return `${what}, most likely because the inputs go in as bytes up to 255, which are too large for a network that was trained on scaled ones: scale them as in training ("input": {"scale": "1/255"} in landscape.json; --normalize imagenet, cifar10, mnist or unit in the terminal) and measure again.`;
  if (gradientNorm && gradientNorm.value < VANISHED)
    return `${what}, most likely because the network is so sure of these rows that the gradient vanishes in rounding (its length is ${formatNumber(gradientNorm.value, 3)}): if that is not as it was trained, scale the inputs as in training ("input" in landscape.json; --normalize in the terminal), else measure more rows.`;
  return undefined;
}
