import { formatNumber } from '../../src/shared/format-number';
import type { PanelState } from '../../src/shared/panel-protocol';
import type { Section } from '../context';
import { h, onChange, replace } from '../dom';

interface Notice {
  readonly kind: 'error' | 'warning' | 'note';
  readonly text: string;
}

/** What went wrong, what is out of date, what the reader should know: a line each, the gravest first. */
export function noticesSection(): Section {
  const element = h('div', { class: 'notices' });
  const show = onChange((notices: readonly Notice[]) =>
    replace(
      element,
      ...notices.map(({ kind, text }) =>
        h('div', { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : undefined }, ...body(text)),
      ),
    ),
  );
  return { element, update: (state) => show(noticesOf(state)) };
}

/** A text, or where it is long (a refusal names all that is supported) its first part with the rest folded away. */
function body(text: string): Node[] {
  const end = text.indexOf('; ');
  if (text.length < 300 || end < 0) return [document.createTextNode(text)];
  const rest = h('p', {}, text.slice(end + 2));
  return [h('details', {}, h('summary', {}, `${text.slice(0, end)}.`), rest)];
}

function noticesOf({ job, report, stale, summary, view }: PanelState): Notice[] {
  const failedChecks = report?.checks.filter(({ passed }) => !passed) ?? [];
  const incomplete = report && job.status === 'idle' && report.status !== 'complete';
  return [
    ...(job.status === 'failed' ? [{ kind: 'error' as const, text: job.message }] : []),
    ...failedChecks.map(({ label, found, allowed }) => ({
      kind: 'error' as const,
      text: `Self-check failed: ${label}, found ${formatNumber(found, 2)} where at most ${formatNumber(allowed, 2)} is allowed. Do not trust these figures.`,
    })),
    ...(view === 'checkpoint' && summary?.refusal
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
    ...stale.map((text) => ({ kind: 'warning' as const, text })),
    ...(report?.notes ?? (view === 'checkpoint' ? (summary?.notes ?? []) : [])).map((text) => ({
      kind: 'note' as const,
      text,
    })),
  ];
}
