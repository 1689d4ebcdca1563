import { contentsPhrases } from '../../src/wording/contents-text';
import { howMeasured } from '../../src/wording/how-measured';
import { formatName } from '../../src/wording/format-name';
import { counted, formatSeconds } from '../../src/wording/format-number';
import type { PanelState } from '../../src/contract/panel-protocol';
import { type Context, type Section, isBusy } from '../context';
import { button } from '../controls';
import { h, onChange } from '../dom';
import { shortName } from '../file-name';
import { menuButton } from '../menu';
import { progressBar } from '../progress';

/** File name, how it was measured, the buttons, and the thin bar of progress that closes the header. */
export function headerSection(context: Context): Section {
  const title = h('h1', {});
  const how = h('p', { class: 'how' });
  const status = h('span', { class: 'status', 'data-testid': 'status' });
  const progress = progressBar();
  const tools = toolbar(context);
  const element = h(
    'header',
    { class: 'top' },
    h('div', { class: 'title' }, title, h('div', { class: 'tools' }, status, ...tools.elements)),
    how,
    progress.element,
  );
  // A percentage would be read out without end: screen readers hear of a new stage, and of the end.
  const announce = onChange((text: string) => context.announce(text));
  const showHow = onChange((phrases: readonly string[]) => how.replaceChildren(phrases.join(' · ')));
  const showStatus = onChange((state: Pick<PanelState, 'job' | 'report'>) => {
    status.textContent = statusText(state);
    status.dataset.status = statusName(state);
    announce(state.job.status === 'running' ? state.job.progress.stage : statusText(state));
    status.classList.toggle('visually-hidden', !['running', 'queued'].includes(state.job.status));
    progress.show(state.job.status === 'running' ? state.job.progress.fraction : undefined);
  });
  return {
    element,
    update(state) {
      title.textContent = state.title;
      title.title =
        state.report?.checkpoint.path ?? state.summary?.path ?? state.contents?.path ?? state.title;
      showHow(howPhrases(state));
      showStatus({ job: state.job, report: state.report && { ...state.report, slices: [], layers: [] } });
      tools.update(state);
    },
  };
}

function howPhrases({ report, summary, contents }: PanelState): readonly string[] {
  if (report?.kind === 'interpolation') {
    const ends = [report.checkpoint, ...(report.other ? [report.other] : [])];
    return [...ends.map((end, t) => `t = ${t}: ${shortName(end)}`), ...howMeasured(report)];
  }
  if (report) return howMeasured(report);
  if (contents) return contentsPhrases(contents);
  if (!summary) return [];
  const parameters = summary.parameters.reduce((sum, { count }) => sum + count, 0);
  return [
    formatName(summary.format),
    // Weights alone, and programs, have none.
    ...(summary.layers.length > 0 ? [counted(summary.layers.length, 'layer')] : []),
    counted(parameters, 'parameter'),
    ...(summary.loss ? [`compiled loss ${summary.loss}`] : []),
  ];
}

/** The state of the job in words. */
export function statusText({ job, report }: Pick<PanelState, 'job' | 'report'>): string {
  switch (job.status) {
    case 'queued':
      return job.ahead === 0
        ? 'Next in the queue'
        : `Waiting for ${job.ahead} ${job.ahead === 1 ? 'job' : 'jobs'}`;
    case 'running': {
      const { stage, fraction, remainingSeconds } = job.progress;
      const left =
        remainingSeconds === undefined ? '' : ` · about ${formatSeconds(Math.ceil(remainingSeconds))} left`;
      return `${stage} · ${Math.floor(fraction * 100)} %${left}`;
    }
    case 'failed':
      return 'Failed';
    case 'cancelled':
      return 'Cancelled';
    case 'idle':
      return report ? (report.status === 'complete' ? 'Complete' : 'Incomplete') : 'Not analyzed';
  }
}

/** A word for the state: `complete` where the job is idle and the report whole. */
function statusName({ job, report }: Pick<PanelState, 'job' | 'report'>): string {
  return job.status === 'idle' && report?.status === 'complete' ? 'complete' : job.status;
}

function toolbar(context: Context): { elements: HTMLElement[]; update(state: PanelState): void } {
  const { host } = context;
  let state: PanelState | undefined;
  const exports = menuButton('Export…', 'secondary', 'Export', () => [
    {
      label: 'Report as JSON',
      run: () => context.save('report', 'json', JSON.stringify(state?.report, null, 2)),
    },
    ...(host.interactive
      ? [
          { label: 'Page as HTML', run: () => context.save('report', 'html', JSON.stringify(state)) },
          { label: 'Copy as Markdown', run: () => host.post({ type: 'copyMarkdown' }) },
        ]
      : []),
  ]);
  const post =
    (type: 'openSettings' | 'swap' | 'cancel' | 'rerun' | 'analyze' | 'chooseData' | 'compare') => () =>
      host.post({ type });
  const swap = button('Swap', { appearance: 'secondary', testId: 'swap', onClick: post('swap') });
  const choose = button('Choose data…', {
    appearance: 'secondary',
    testId: 'choose-data',
    onClick: post('chooseData'),
  });
  const settings = button('Settings…', {
    appearance: 'secondary',
    testId: 'settings',
    onClick: post('openSettings'),
  });
  const cancel = button('Cancel', { appearance: 'secondary', testId: 'cancel', onClick: post('cancel') });
  const rerun = button('Run again', { appearance: 'primary', testId: 'rerun', onClick: post('rerun') });
  const compare = button('Compare…', {
    appearance: 'secondary',
    testId: 'compare',
    onClick: post('compare'),
  });
  const analyze = button('Analyze', { appearance: 'primary', testId: 'analyze', onClick: post('analyze') });
  return {
    elements: [cancel, choose, swap, settings, exports, compare, rerun, analyze],
    update(next) {
      state = next;
      const busy = isBusy(next);
      const hasReport = next.report !== undefined;
      const failedRun = next.job.status === 'failed' && next.job.ofRun;
      const again = hasReport || (next.view === 'report' && (failedRun || next.job.status === 'cancelled'));
      const refused = next.summary?.refusal !== undefined;
      exports.hidden = !hasReport;
      settings.hidden = !host.interactive || !hasReport;
      swap.hidden = !host.interactive || busy || next.report?.kind !== 'interpolation';
      choose.hidden = !host.interactive || refused || !failedRun;
      cancel.hidden = !host.interactive || !busy;
      rerun.hidden = !host.interactive || busy || !again || refused;
      const unreadable = next.job.status === 'failed' && !failedRun;
      // What is inside is shown of files that are no checkpoints, too.
      const isNone = next.summary === undefined && next.contents !== undefined;
      analyze.hidden = !host.interactive || busy || again || refused || unreadable || isNone;
      compare.hidden = !host.interactive || next.view !== 'checkpoint' || refused || unreadable || isNone;
    },
  };
}
