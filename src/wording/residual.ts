import type { Report, Spectrum } from '../contract/report';

/**
 * The trace of what the Hessian holds beyond the Gauss-Newton matrix, H - G, of a report that has both: H = G + residual.
 * Its standard error takes the two estimates as independent.
 */
export function residualTrace({
  settings,
  spectrum,
  beside = [],
}: Pick<Report, 'settings' | 'spectrum' | 'beside'>):
  Pick<NonNullable<Spectrum['trace']>, 'value' | 'standardError'> | undefined {
  const traceOf = (operator: string) =>
    settings.operator === operator
      ? spectrum.trace
      : beside.find((each) => each.operator === operator)?.trace;
  // Where the loss has an exact Fisher matrix it is the Gauss-Newton one.
  const [hessian, gaussNewton] = [traceOf('hessian'), traceOf('ggn') ?? traceOf('fisher')];
  return (
    hessian &&
    gaussNewton && {
      value: hessian.value - gaussNewton.value,
      standardError: Math.hypot(hessian.standardError, gaussNewton.standardError),
    }
  );
}
