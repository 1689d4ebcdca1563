import path from 'node:path';
import type { EngineClient } from '../../engine/client';
import { CancelledError, messageOf } from '../../shared/errors';
import type { CostEstimate } from '../../shared/engine-protocol';
import type { Report } from '../../shared/report';
import { hashIn } from '../store/hash-in';
import type { AnyRequest, ReportStore } from '../store/report-store';
import type { Execute, RunHooks } from './run-queue';

export interface ExecuteOptions {
  readonly engine: EngineClient;
  readonly store: ReportStore;
  /** Asked when the estimate passes the request's budget. */
  readonly confirm: (request: AnyRequest, estimate: CostEstimate) => Promise<boolean>;
  readonly warn: (message: string) => void;
}

/** Carries out runs in the engine: a stored report if it may be one, else the estimate, the job, and its report is stored. */
export function executeIn({ engine, store, confirm, warn }: ExecuteOptions): Execute {
  return async (request, hooks) => {
    const { signal, onProgress } = hooks;
    const enter = (stage: string) => onProgress({ stage, fraction: 0, remainingSeconds: undefined });
    if (hooks.reuse) {
      enter('looking for a stored report');
      const known = await store.find(request, hashIn({ engine }, signal)).catch(unlessCancelled);
      if (known !== undefined) return known.report;
    }
    enter('estimating');
    const what = `estimating the work on ${path.basename(request.checkpoint)}`;
    const estimate = await engine.request('estimate', request, { signal, what });
    const budget = request.budgetSeconds ?? Infinity;
    if (estimate.seconds > budget && !(await confirm(request, estimate))) throw new CancelledError();
    const report = await run(engine, request, hooks);
    try {
      await store.save(request, report, hashIn({ engine }));
    } catch (error) {
      // The figures are there all the same; only the next window will not find them.
      warn(messageOf(error));
    }
    return report;
  };
}

/** What cannot be hashed cannot be analyzed either: the run says why. */
function unlessCancelled(error: unknown): undefined {
  if (error instanceof CancelledError) throw error;
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
