import type { Comparison } from '../../src/contract/comparison';
import type { Surface } from '../../src/contract/surface';
import { howMeasured } from '../../src/wording/how-measured';
import { surfaceCsv } from '../../src/wording/surface-csv';
import { comparisonCsv } from '../../src/wording/comparison-csv';
import { counted, formatCount, formatSeconds } from '../../src/wording/format-number';
import type { PanelDocument, PanelState } from '../../src/contract/panel-protocol';
import { type Context, isBusy } from '../context';
import { button } from '../controls';
import { h, onChange } from '../dom';
import { menuButton } from '../menu';
import { noticeList } from '../notices';
import { progressBar } from '../progress';
import { statusText } from '../sections/header';

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
    progress.show(running?.fraction);
    cancel.hidden = !host.interactive || !busy;
    announce(running?.stage ?? job.status);
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
      show({ job, busy: isBusy(next) });
      notices.update([
        ...(job.status === 'failed' ? [{ kind: 'error' as const, text: job.message }] : []),
        ...(document?.notes ?? []).map((text) => ({ kind: 'note' as const, text })),
      ]);
    },
  };
}

/** Is there something left to do, and nothing that does it? */
function canGoOn(state: PanelState): boolean {
  const { document, job } = state;
  const unfinished =
    document !== undefined && document.status !== 'complete' && document.status !== 'diverged';
  return !isBusy(state) && (unfinished || job.status === 'failed');
}

function exportsOf(context: Context, state: () => PanelState | undefined): HTMLElement {
  return menuButton('Export…', 'secondary', 'Export', () => [
    ...comparisons(state()?.document).map((comparison) => ({
      label: 'All figures as CSV',
      run: () => context.save('figures', 'csv', comparisonCsv(comparison)),
    })),
    ...surfaces(state()?.document).map((surface) => ({
      label: 'All nodes as CSV',
      run: () => context.save('nodes', 'csv', surfaceCsv(surface)),
    })),
    {
      label: 'All of it as JSON',
      run: () => context.save('document', 'json', JSON.stringify(state()?.document, null, 2)),
    },
    ...(context.host.interactive
      ? [{ label: 'Page as HTML', run: () => context.save('document', 'html', JSON.stringify(state())) }]
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
  const atRest = state.document !== undefined && !isBusy(state);
  return (atRest ? WORDS[standing(state)] : undefined) ?? statusText(state);
}

/** What a reader must know to judge the figures, in a line. */
function phrasesOf(document: PanelDocument): string[] {
  if (document.kind === 'training') {
    const { model, data, loss, run, precision, backend } = document;
    const optimizer = run['optimizer'] as { name?: string; convention?: string } | undefined;
    return [
      `${model.name}, ${counted(model.parameters, 'parameter')}`,
      counted(data.trainRows, 'row'),
      ...(data.validationRows > 0 ? [`${formatCount(data.validationRows)} for validation`] : []),
      loss,
      ...(optimizer?.name ? [`${optimizer.name} (${optimizer.convention ?? 'keras'})`] : []),
      `batch ${String(run['batchSize'])}`,
      `seed ${String(run['seed'])}`,
      `${backend}, ${precision}`,
      formatSeconds(document.seconds),
    ];
  }
  if (document.kind === 'comparison') {
    const [first] = document.reports;
    return [
      counted(document.members.length, 'checkpoint'),
      ...(first
        ? [first.settings.samples, first.settings.loss, `seed ${first.settings.seed}`, first.settings.backend]
        : []),
      formatSeconds(document.seconds),
    ];
  }
  if (document.kind === 'surface') {
    const [first] = document.pictures;
    const { settings, status, cost } = document;
    return first ? howMeasured({ settings, status, cost, checkpoint: first.checkpoint }) : [];
  }
  return [
    counted(document.runs.length, 'run'),
    document.form === 'small' ? 'the small form' : 'the full form',
    ...document.setting,
    formatSeconds(document.seconds),
  ];
}
