import { formatNumber } from '../../src/wording/format-number';
import type { PanelState } from '../../src/contract/panel-protocol';
import type { Section } from '../context';
import { type Notice, noticeList } from '../notices';

/** The notices of an analysis, an interpolation or a checkpoint. */
export function noticesSection(): Section {
  const { element, update } = noticeList();
  return { element, update: (state) => update([...gravest(state), ...others(state)]) };
}

/** What keeps the figures from being believed, or from being there. */
function gravest({ job, report, summary, view, contents }: PanelState): Notice[] {
  const failedChecks = report?.checks.filter(({ passed }) => !passed) ?? [];
  const incomplete = report && job.status === 'idle' && report.status !== 'complete';
  return [
    ...(job.status === 'failed' ? [{ kind: 'error' as const, text: job.message }] : []),
    ...failedChecks.map(({ label, found, allowed }) => ({
      kind: 'error' as const,
      text: `Self-check failed: ${label}, found ${formatNumber(found, 2)} where at most ${formatNumber(allowed, 2)} is allowed. Do not trust these figures.`,
    })),
    // Of weights alone the host says what can be done about it.
    ...(view === 'checkpoint' && summary?.refusal && !contents?.weightsAlone
      ? [{ kind: 'warning' as const, text: summary.refusal }]
      : []),
    ...(job.status === 'cancelled' || incomplete
      ? [
          {
            kind: 'warning' as const,
            text: report ? 'Cancelled: what had been measured is shown.' : 'Cancelled.',
          },
        ]
      : []),
  ];
}

/** What to decide first, what is out of date, and what the reader should know; what the host offers stands there. */
function others({ report, stale, summary, view, offers = [] }: PanelState): Notice[] {
  const suggested = report?.suggestions?.map(({ text }) => text) ?? [];
  const notes = report?.notes ?? (view === 'checkpoint' ? (summary?.notes ?? []) : []);
  const offered = new Set(offers.map(({ text }) => text));
  const free = (texts: readonly string[]) => texts.filter((text) => !offered.has(text));
  return [
    ...free([...suggested, ...stale]).map((text) => ({ kind: 'warning' as const, text })),
    ...free(notes)
      .filter((text) => !suggested.includes(text))
      .map((text) => ({ kind: 'note' as const, text })),
  ];
}
