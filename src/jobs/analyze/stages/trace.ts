import {
  LEAST_PROBES,
  MOST_PROBES,
  expectedProbes,
  trace as traceOf,
} from '../../../analysis/spectrum/trace';
import type { AnalyzeRequest } from '../../../contract/settings';
import type { MeasuredCost } from '../measured-cost';
import { ALONG, type AnalysisStage, type WorkSize, atMostTwice, searched } from './stage';

/**
 * Probes of a trace, between the least that are always taken and the most at which it gives up: the more parameters, the
 * more of the trace lies beyond the eigenvalue search. Networks of up to 5,400 parameters took 16 to 20, those of the bench
 * 16 (20,000), 36 (130,000), 100 (270,000), 44 (670,000) and 80 (800,000).
 */
export function likelyProbes(size: WorkSize): number {
  const beyond = Math.max(0, Math.log10(size.parameters / 1e4));
  return atMostTwice(Math.round(Math.min(MOST_PROBES, LEAST_PROBES + 35 * beyond)), size);
}

export const costOfTrace = (request: AnalyzeRequest, size: WorkSize, cost: MeasuredCost): number => {
  const ofProbe = request.layers === 'off' ? ALONG * cost.single : cost.ofFour;
  return likelyProbes(size) * (ofProbe + searched(request, size) * HALF * cost.orthogonalize);
};

/** Components along the space are taken, and not taken off. */
const HALF = 0.5;

/** The trace, and those of the tensors' blocks, by probes; the dense matrix has them exactly. */
export const trace: AnalysisStage = {
  name: 'trace',
  isAsked: (request) => (request.trace || request.layers !== 'off') && !request.exact,
  work: (_, size) => likelyProbes(size),
  products: 'work',
  cost: costOfTrace,
  async run(state) {
    const { problem, request } = state.subject;
    const { report, progress } = state;
    const { blocks, ...total } = await traceOf(state.operator, {
      space: state.space,
      blocks: request.layers === 'off' ? [] : problem.objective.parameters.blocks,
      seed: request.seed,
      signal: state.signal,
      onProgress: ({ value, standardError }, probes) => {
        if (!Number.isFinite(standardError)) return;
        progress.expect(expectedProbes({ value, standardError }, probes));
        progress.advance(probes);
        report.spectrum.trace = { value, standardError, probes };
        state.publish();
      },
    });
    const { value, standardError, probes } = total;
    report.spectrum.trace = { value, standardError, probes };
    report.layers = report.layers.map((layer, i) => ({ ...layer, trace: { ...blocks[i] } }));
    state.publish();
  },
};
