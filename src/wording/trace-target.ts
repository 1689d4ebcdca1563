import type { Spectrum } from '../contract/report';
import { EXACT_FOR_ROWS } from '../contract/vocabulary';

/** A trace is estimated until its standard error is at most this share of it. */
export const TRACE_TARGET = 0.01;

/** Words for a trace whose probes were too few for the target; none for one that reached it. */
export function missedTarget({
  value,
  standardError,
  probes,
}: NonNullable<Spectrum['trace']>): string | undefined {
  const missed = probes > 0 && standardError > TRACE_TARGET * Math.abs(value);
  return missed ? `${100 * TRACE_TARGET} % not reached` : undefined;
}

/** How a trace was had, in a few words: exactly, or by so many probes, which may have been too few. */
export const traceRemark = (trace: NonNullable<Spectrum['trace']>): string =>
  trace.probes === 0
    ? EXACT_FOR_ROWS
    : [`${trace.probes} probes`, missedTarget(trace)].filter((words) => words !== undefined).join(', ');
