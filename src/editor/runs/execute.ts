import path from 'node:path';
import type { EngineClient } from '../../engine/client';
import { CancelledError, messageOf } from '../../shared/errors';
import type { CostEstimate } from '../../shared/engine-protocol';
import type { Report } from '../../shared/report';
import { otherOf, type AnyRequest, type ReportStore } from '../store/report-store';
import type { Execute, RunHooks } from './run-queue';

export interface ExecuteOptions {
  readonly engine: EngineClient;
  readonly store: ReportStore;
  /** Asked when the estimate passes the request's budget. */
  readonly confirm: (request: AnyRequest, estimate: CostEstimate) => Promise<boolean>;
  readonly warn: (message: string) => void;
}

/** Carries out runs in the engine: the estimate first, then the job, then the report goes into the store. */
export function executeIn({ engine, store, confirm, warn }: ExecuteOptions): Execute {
  return async (request, hooks) => {
    const stamps = await store.stamps(request);
    const name = path.basename(request.checkpoint);
    if (otherOf(request) === undefined) {
      hooks.onProgress({ stage: 'estimating', fraction: 0, remainingSeconds: undefined });
      const estimate = await engine.request('estimate', request, {
        signal: hooks.signal,
        what: `estimating the work on ${name}`,
      });
      const budget = request.budgetSeconds ?? Infinity;
      if (estimate.seconds > budget && !(await confirm(request, estimate))) throw new CancelledError();
    }
    const report = await run(engine, request, hooks);
    try {
      await store.save(request, report, stamps);
    } catch (error) {
      // The figures are there all the same; only the next window will not find them.
      warn(messageOf(error));
    }
    return report;
  };
}

function run(
  engine: EngineClient,
  request: AnyRequest,
  { signal, onProgress, onPartial }: RunHooks,
): Promise<Report> {
  const name = path.basename(request.checkpoint);
  const options = { signal, onProgress, onPartial };
  return 'other' in request
    ? engine.request('interpolate', request, {
        ...options,
        what: `interpolating from ${name} to ${path.basename(request.other)}`,
      })
    : engine.request('analyze', request, { ...options, what: `analyzing ${name}` });
}
