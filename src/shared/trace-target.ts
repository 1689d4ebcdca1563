import type { Spectrum } from './report';

/** A trace is estimated until its standard error is at most this share of it. */
export const TRACE_TARGET = 0.01;

/** How a trace was had, in a few words: exactly, or by so many probes, which may have been too few. */
export function traceRemark({ value, standardError, probes }: NonNullable<Spectrum['trace']>): string {
  if (probes === 0) return 'exact';
  const missed = standardError > TRACE_TARGET * Math.abs(value);
  return `${probes} probes${missed ? `, ${100 * TRACE_TARGET} % not reached` : ''}`;
}
