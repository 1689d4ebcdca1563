import path from 'node:path';
import type { EngineClient } from '../../engine/client';
import { CancelledError, messageOf } from '../../core/errors';
import type { Report } from '../../contract/report';
import { settingsText } from '../../settings/fingerprint';
import { quickOf, restText } from './quick';
import { hashIn } from '../store/hash-in';
import type { AnyRequest, ReportStore } from '../store/report-store';
import type { Execute, RunHooks } from './run-queue';

export interface ExecuteOptions {
  readonly engine: EngineClient;
  readonly store: ReportStore;
  readonly warn: (message: string) => void;
}

/**
 * Carries out runs in the engine: a stored report if it may be one, else the job, whose report is stored. What would pass
 * the request's budget gives first figures, and the rest is offered; what was asked for as a whole is never less.
 */
export function executeIn({ engine, store, warn }: ExecuteOptions): Execute {
  return async (request, hooks) => {
    const { signal, onProgress } = hooks;
    const enter = (stage: string) => onProgress({ stage, fraction: 0, remainingSeconds: undefined });
    const known = async (of: AnyRequest) => {
      if (!hooks.reuse) return undefined;
      enter('looking for a stored report');
      return (await store.find(of, hashIn({ engine }, signal)).catch(unlessCancelled))?.report;
    };
    const measured = async (of: AnyRequest) => {
      const report = await run(engine, of, hooks);
      try {
        await store.save(of, report, hashIn({ engine }));
      } catch (error) {
        // The figures are there all the same; only the next window will not find them.
        warn(messageOf(error));
      }
      return report;
    };
    const stored = await known(request);
    if (stored !== undefined) return stored;
    if (hooks.whole || request.budgetSeconds === undefined) return measured(request);
    enter('estimating');
    const what = `estimating the work on ${path.basename(request.checkpoint)}`;
    const { seconds, parameters } = await engine.request('estimate', request, { signal, what });
    const quick = quickOf(request, parameters);
    const canBeQuick = settingsText(quick) !== settingsText(request);
    if (seconds <= request.budgetSeconds || !canBeQuick) return measured(request);
    hooks.onRest(restText(request, seconds));
    return (await known(quick)) ?? measured(quick);
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
