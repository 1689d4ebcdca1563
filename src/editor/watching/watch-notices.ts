import * as vscode from 'vscode';
import type { WatchEvent } from '../../contract/watch';
import { isWatch, type DocumentJob, type Job } from '../jobs/job';
import type { Services } from '../services';
import { tell as warn } from '../show-error';

/** What has been told of a watch. */
interface Told {
  /** What was found before this is no news. */
  readonly since: string;
  readonly keys: Set<string>;
  /** A notification that nobody has closed yet. */
  isOpen: boolean;
}

/**
 * Tells what is noteworthy in runs that are watched, where their panel is out of sight: nothing that was there before the
 * watch began, each thing once, and of each watch one notification at a time, but for numbers that are none.
 */
export function createWatchNotices({
  queue,
  panels,
  log,
}: Pick<Services, 'queue' | 'panels' | 'log'>): vscode.Disposable {
  const told = new WeakMap<Job, Told>();
  const stop = queue.onChange((job) => {
    if (!isWatch(job) || job.status !== 'running') return;
    const known = told.get(job) ?? {
      since: new Date().toISOString(),
      keys: new Set<string>(),
      isOpen: false,
    };
    told.set(job, known);
    if (job.found?.kind !== 'watch') return;
    for (const event of job.found.events.filter((each) => isNews(each, known))) {
      known.keys.add(keyOf(event));
      const isGrave = event.what === 'not-a-number';
      if (!panels.isVisible(job.asked) && (isGrave || !known.isOpen)) void tell(job, event, known);
    }
  });
  return { dispose: stop };

  async function tell({ asked }: DocumentJob, { text, what }: WatchEvent, known: Told): Promise<void> {
    known.isOpen = true;
    const show = vscode.l10n.t('Show');
    const said = `${asked.title}: ${text}`;
    const look = () => panels.show(asked);
    if (what === 'not-a-number') await warn(log, 'warning', said, [{ label: show, run: look }]);
    else if ((await vscode.window.showInformationMessage(said, show)) === show) look();
    known.isOpen = false;
  }
}

const keyOf = ({ id, what }: WatchEvent): string => `${id} ${what}`;

const isNews = (event: WatchEvent, { since, keys }: Told): boolean =>
  !event.before && event.at >= since && !keys.has(keyOf(event));
