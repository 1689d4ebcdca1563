import type { Estimate, Report } from '../../contract/report';
import type { WatchedFigures } from '../../contract/watch';

/** What of a finished report is followed over a run; undefined where it has no eigenvalue. */
export function watchedFigures({
  loss,
  spectrum,
  measures,
  gradientNorm,
  settings,
}: Report): WatchedFigures | undefined {
  const [largest] = spectrum.largest;
  if (!loss || largest === undefined) return undefined;
  const { train, test } = loss;
  const critical = measures.find(({ id }) => id === 'critical-sharpness');
  const accuracy = train.accuracy && {
    train: estimate(train.accuracy),
    ...(test?.accuracy ? { test: estimate(test.accuracy) } : {}),
  };
  return {
    loss: { train: estimate(train.loss), ...(test ? { test: estimate(test.loss) } : {}) },
    ...(accuracy ? { accuracy } : {}),
    ...(gradientNorm ? { gradientNorm: gradientNorm.value } : {}),
    largest: { value: largest.value, errorBound: largest.errorBound },
    ...(spectrum.lowestRitz === undefined ? {} : { lowest: spectrum.lowestRitz }),
    ...(spectrum.trace ? { trace: estimate(spectrum.trace) } : {}),
    ...(critical ? { criticalSharpness: critical.value } : {}),
    rows: settings.rows,
  };
}

const estimate = ({ value, standardError }: Pick<Estimate, 'value' | 'standardError'>) => ({
  value,
  standardError,
});
