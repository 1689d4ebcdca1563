import type { Comparison } from '../../src/contract/comparison';
import type { Surface } from '../../src/contract/surface';
import { comparisonCsv } from '../../src/wording/comparison-csv';
import type { PanelDocument, PanelState } from '../../src/contract/panel-protocol';
import { type Context, isBusy } from '../context';
import { button } from '../controls';
import { h, onChange } from '../dom';
import { menuButton } from '../menu';
import { noticeList } from '../notices';
import { progressBar } from '../progress';
import { statusText } from '../sections/header';
import { phrasesOf } from './document-phrases';
import { isWaiting, watchSaid, watchStatus } from './watch-status';
import { surfaceExports } from './surface-exports';

/** Title, what it is of, the state of the job, its buttons, what went wrong, and the bar of progress. */
export function documentHeader(context: Context): { element: HTMLElement; update(state: PanelState): void } {
  const { host } = context;
  const title = h('h1', {});
  const how = h('p', { class: 'how' });
  const status = h('span', { class: 'status', 'data-testid': 'document-status' });
  const progress = progressBar();
  const notices = noticeList();
  let state: PanelState | undefined;
  const cancel = button('Cancel', {
    appearance: 'secondary',
    testId: 'document-cancel',
    onClick: () => host.post({ type: 'cancel' }),
  });
  const resume = button('Go on', {
    appearance: 'primary',
    testId: 'document-resume',
    onClick: () => host.post({ type: 'rerun' }),
  });
  const exports = exportsOf(context, () => state);
  const tools = h('div', { class: 'tools' }, status, cancel, exports, resume);
  const head = h('div', { class: 'title' }, title, tools);
  const element = h('header', { class: 'top' }, head, how, progress.element, notices.element);
  const announce = onChange((text: string) => context.announce(text));
  const show = onChange(({ job, busy }: { job: PanelState['job']; busy: boolean }) => {
    const running = job.status === 'running' ? job.progress : undefined;
    progress.show(running && !isWaiting(running) ? running.fraction : undefined);
    cancel.hidden = !host.interactive || !busy;
  });
  return {
    element,
    update(next) {
      state = next;
      const { document, job } = next;
      title.textContent = titleOf(document) ?? next.title;
      how.textContent = document ? phrasesOf(document).join(' · ') : '';
      status.textContent = wordOf(next);
      status.dataset.status = standing(next);
      exports.hidden = document === undefined;
      resume.textContent = job.status === 'failed' && job.begun === false ? 'Try again' : 'Go on';
      resume.hidden = !host.interactive || !canGoOn(next);
      cancel.textContent = document?.kind === 'watch' ? 'Stop' : 'Cancel';
      show({ job, busy: isBusy(next) });
      announce(document?.kind === 'watch' ? watchSaid(document, job) : saidOf(job));
      notices.update([
        ...(job.status === 'failed' ? [{ kind: 'error' as const, text: job.message }] : []),
        ...(document?.notes ?? []).map((text) => ({ kind: 'note' as const, text })),
      ]);
    },
  };
}

const saidOf = (job: PanelState['job']): string =>
  job.status === 'running' ? job.progress.stage : job.status;

/** Is there something left to do, and nothing that does it? */
function canGoOn(state: PanelState): boolean {
  const { document, job } = state;
  const unfinished =
    document !== undefined &&
    (document.kind === 'watch' || (document.status !== 'complete' && document.status !== 'diverged'));
  return !isBusy(state) && (unfinished || job.status === 'failed');
}

function exportsOf(context: Context, state: () => PanelState | undefined): HTMLElement {
  return menuButton('Export…', 'secondary', 'Export', () => [
    ...comparisons(state()?.document).map((comparison) => ({
      label: 'All figures as CSV',
      run: () => context.save('figures', 'csv', comparisonCsv(comparison)),
    })),
    ...surfaces(state()?.document).flatMap((surface) => surfaceExports(context, surface)),
    {
      label: 'All of it as JSON',
      run: () => context.save('document', 'json', JSON.stringify(state()?.document, null, 2)),
    },
    ...(context.host.interactive
      ? [{ label: 'Page as HTML', run: () => context.save('document', 'html', JSON.stringify(state())) }]
      : []),
    ...(context.host.interactive && comparisons(state()?.document).length > 0
      ? [{ label: 'Copy as Markdown', run: () => context.host.post({ type: 'copyMarkdown' }) }]
      : []),
  ]);
}

/** The comparison that a document is, or holds, once a checkpoint has been measured; none or one. */
function comparisons(document: PanelDocument | undefined): Comparison[] {
  const found = document?.kind === 'experiment' ? document.comparison : document;
  return found?.kind === 'comparison' && found.reports.length > 0 ? [found] : [];
}

const surfaces = (document: PanelDocument | undefined): Surface[] =>
  document?.kind === 'surface' ? [document] : [];

function titleOf(document: PanelDocument | undefined): string | undefined {
  if (document === undefined) return undefined;
  return (document.kind === 'training' ? document.name : document.title) || undefined;
}

type Standing = PanelState['job']['status'] | PanelDocument['status'];

/** Where it stands: what a job that failed had left does not say so. */
function standing(state: PanelState): Standing {
  const { document, job } = state;
  if (isBusy(state) || document === undefined) return job.status;
  return document.status === 'running' && job.status === 'failed' ? job.status : document.status;
}

/** What is said of a document at rest. */
const WORDS: Readonly<Partial<Record<Standing, string>>> = {
  running: 'Incomplete',
  incomplete: 'Incomplete',
  complete: 'Complete',
  cancelled: 'Cancelled',
  diverged: 'Diverged',
  failed: 'Failed',
};

function wordOf(state: PanelState): string {
  if (state.document?.kind === 'watch') return watchStatus(state.document, state.job) ?? statusText(state);
  const atRest = state.document !== undefined && !isBusy(state);
  return (atRest ? WORDS[standing(state)] : undefined) ?? statusText(state);
}
