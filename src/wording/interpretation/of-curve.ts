import type { Curve, CurveBarrier, Profile } from '../../contract/curve';
import { formatCount, formatNumber, withError } from '../format-number';

/** A curve that rises by at most this share of what the straight line rises has gone around its barrier. */
const AROUND = 0.1;
/** How many standard errors a barrier must be above nothing to be one. */
const ERRORS = 2;

const STATISTICS: Readonly<Record<Curve['batchNorm'], readonly string[]>> = {
  none: [],
  're-estimated': ["batch norm's statistics measured anew at each point"],
  saved: ["batch norm's statistics as saved, mixed along the way"],
};

/** How a curve was searched and measured, in phrases. */
export const curveSettings = ({ steps, rate, batch, seed, batchNorm }: Curve): string[] => [
  'quadratic Bézier curve',
  `${formatCount(steps)} steps of Adam at rate ${formatNumber(rate, 3)} on ${formatCount(batch)} rows each`,
  `seed ${seed}`,
  ...STATISTICS[batchNorm],
];

export const barrierText = ({ value, standardError }: CurveBarrier): string =>
  withError(value, standardError);

/** Whether a curve of low loss joins the ends, in sentences; none until it is measured. */
export function curveSentences({ line, curve, length, steps }: Curve): string[] {
  if (!line || !curve) return [];
  return [
    joined(line.barrier.train, curve.barrier.train, length.curve / length.line, steps),
    ...testSentence(line, curve),
  ];
}

function joined(line: CurveBarrier, curve: CurveBarrier, longer: number, steps: number): string {
  if (!isAbove(line))
    return 'The straight line rises by no more than its error over rows, so that the curve has no barrier to go around.';
  const both = `by ${barrierText(curve)} along the curve, ${formatNumber(longer, 3)} times as long, and by ${barrierText(line)} along the straight line`;
  if (curve.value <= AROUND * line.value)
    return `A curve of low loss joins the two: the training loss rises ${both}. The barrier is one of the straight line, not of the landscape.`;
  if (curve.value < line.value)
    return `The curve goes around a part of the barrier: the training loss rises ${both}. More steps than ${formatCount(steps)}, or another rate, may find a lower one.`;
  return `No lower way was found: the training loss rises ${both}. That ${formatCount(steps)} steps find none does not show that there is none.`;
}

const isAbove = ({ value, standardError }: CurveBarrier): boolean => value > ERRORS * (standardError ?? 0);

function testSentence(line: Profile, curve: Profile): string[] {
  const [straight, bent] = [line.barrier.test, curve.barrier.test];
  return straight && bent
    ? [
        `In the test loss it rises by ${barrierText(bent)} along the curve and by ${barrierText(straight)} along the straight line.`,
      ]
    : [];
}
