import path from 'node:path';
import { CancelledError, messageOf } from '../../core/errors';
import type { Engine } from '../../engine/client';
import type { Report } from '../../contract/report';
import { settingsText } from '../../settings/fingerprint';
import { hashIn } from '../store/hash-in';
import type { AnyRequest, ReportStore } from '../store/report-store';
import type { ReportJob } from './job';
import type { JobHooks } from './queue';
import { quickOf, restOf, type RestStep, stepOf } from './quick';

/** Where reports are made, and kept. */
export interface MeasureOptions {
  readonly engine: Engine;
  readonly store: ReportStore;
  readonly warn: (message: string) => void;
}

/**
 * A stored report if it may be one, else the analysis or interpolation in the engine, whose report is stored. What would
 * pass the request's budget gives first figures, and the rest is offered; what was asked for as a whole is never less.
 */
export async function measureReport(
  { engine, store, warn }: MeasureOptions,
  { asked: request, reuse, whole, instead }: Pick<ReportJob, 'asked' | 'reuse' | 'whole' | 'instead'>,
  hooks: JobHooks,
): Promise<Report> {
  const { signal, onProgress, onPartial } = hooks;
  const enter = (stage: string) => onProgress({ stage, fraction: 0, remainingSeconds: undefined });
  const known = async (of: AnyRequest) => {
    if (!reuse) return undefined;
    enter('looking for a stored report');
    return (await store.find(of, hashIn({ engine }, signal)).catch(unlessCancelled))?.report;
  };
  const measured = async (of: AnyRequest) => {
    const report = await measure(engine, of, hooks);
    try {
      await store.save(of, report, hashIn({ engine }));
    } catch (error) {
      // The figures are there all the same; only the next window will not find them.
      warn(messageOf(error));
    }
    return report;
  };
  if (instead !== undefined) {
    const part = await measured(instead);
    hooks.onRest(restOf(instead, request, part.checkpoint.parameters));
    return part;
  }
  const stored = await known(request);
  if (stored !== undefined) return stored;
  if (whole || request.budgetSeconds === undefined) return measured(request);
  enter('estimating');
  const what = `estimating the work on ${path.basename(request.checkpoint)}`;
  const { seconds, parameters } = await engine.request('estimate', request, { signal, onPartial, what });
  const quick = quickOf(request, parameters);
  const canBeQuick = settingsText(quick) !== settingsText(request);
  if (seconds <= request.budgetSeconds || !canBeQuick) return measured(request);
  const rest = restOf(quick, request, parameters, seconds);
  hooks.onRest(rest);
  const first = (await known(quick)) ?? (await measured(quick));
  enter('estimating');
  const steps: RestStep[] = [];
  for (const { id } of rest.steps) {
    // How long a step takes helps to decide and is no figure: where it is not known or cancelled, there is the button.
    const cost = signal.aborted
      ? undefined
      : await engine
          .request('estimate', stepOf(request, parameters, id), { signal, what })
          .catch(() => undefined);
    steps.push({ id, ...(cost && { seconds: cost.seconds }) });
  }
  hooks.onRest({ ...rest, steps });
  return first;
}

/** What cannot be hashed cannot be analyzed either: the job says why. */
function unlessCancelled(error: unknown): undefined {
  if (error instanceof CancelledError) throw error;
}

function measure(
  engine: Engine,
  request: AnyRequest,
  { signal, onProgress, onPartial }: JobHooks,
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
