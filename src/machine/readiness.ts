import { type ProcessStatus, statusOf } from './status';

/** How long a child may take until it says that it is ready. Moments in which we sleep ourselves count for nothing. */
export interface Patience {
  /** Between two looks at it, in milliseconds. */
  readonly lookMilliseconds: number;
  /** Processor time of the child: who has worked so long does not get ready. In seconds. */
  readonly processorSeconds: number;
  /** Looks in a row at which it waited, or was stopped, and had done nothing since the last. */
  readonly idleLooks: number;
  /** Looks altogether: for systems that do not say what a process does. */
  readonly looks: number;
}

/** A process of ours starts in a second or two of processor time, on machines where that takes minutes too. */
const PATIENCE: Patience = { lookMilliseconds: 1000, processorSeconds: 60, idleLooks: 60, looks: 900 };

/**
 * Watches a child that has not said yet that it is ready. By the clock a busy machine, or one that was put to sleep, would
 * make every child late: what counts is the processor time that it used, and that it did nothing although it could.
 * @param late hears once that it takes too long, with the reason; whoever hears it ends the child.
 * @returns what ends the watch.
 */
export function watchReadiness(
  pid: number | undefined,
  late: (reason: string) => void,
  patience: Partial<Patience> = {},
): () => void {
  const { lookMilliseconds, processorSeconds, idleLooks, looks } = { ...PATIENCE, ...patience };
  let before: ProcessStatus | undefined;
  let [seen, idle] = [0, 0];
  const timer = setInterval(() => {
    const status = pid === undefined ? undefined : statusOf(pid);
    const waits = status !== undefined && /[STt]/.test(status.state);
    idle = waits && status.processorSeconds === before?.processorSeconds ? idle + 1 : 0;
    before = status;
    seen++;
    const reason =
      status && status.processorSeconds >= processorSeconds
        ? `it was not ready after ${processorSeconds} s of processor time`
        : idle >= idleLooks
          ? 'it was not ready, and did nothing any more'
          : seen >= looks
            ? `it was not ready after ${Math.round((looks * lookMilliseconds) / 1000)} s`
            : undefined;
    if (reason === undefined) return;
    clearInterval(timer);
    late(reason);
  }, lookMilliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
