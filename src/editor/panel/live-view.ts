import * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import type { HostMessage, PanelMessage, PanelState } from '../../contract/panel-protocol';
import type { Job } from '../jobs/job';
import type { Services } from '../services';
import { showError } from '../show-error';
import { restoreText, type About } from './about';
import { inOrder } from './in-order';
import { panelState, type PanelFacts } from './panel-state';

/** The facts that a view shows besides its job: what is on disk. */
export type StoredFacts = Pick<
  PanelFacts,
  'stored' | 'stale' | 'summary' | 'problem' | 'rest' | 'contents' | 'next' | 'change'
>;

/** A wish that the view itself cannot fulfil. */
export type Wish = Exclude<PanelMessage, { type: 'ready' | 'cancel' | 'error' | 'copyMarkdown' }>;

/** What one webview is about. */
export interface Subject {
  readonly view: PanelFacts['view'];
  readonly title: string;
  /** What opens again after a reload of the window. */
  readonly about: About | undefined;
  /** Can the settings of what is shown be changed from here? */
  readonly settable: boolean;
  /** Is this job one to show here? The newest such job is. */
  matches(job: Job): boolean;
  /** Reads what is on disk; called when shown and after each job. What takes long calls `again` when there is more. */
  load(again: () => void): Promise<StoredFacts>;
  handle(wish: Wish): Promise<void>;
}

/** Nothing is on disk. */
export const NOTHING: StoredFacts = {
  ...{ stored: undefined, stale: [], summary: undefined, problem: undefined, rest: undefined },
  ...{ contents: undefined, next: [] },
};

/** Messages wait this long for newer ones: a fast job must not flood the channel. */
const INTERVAL = 150;

/**
 * Keeps one webview up to date. The host holds the state; a webview that was hidden has lost its messages, so it
 * says `ready` when shown and gets the whole.
 */
export class LiveView implements vscode.Disposable {
  private stored = NOTHING;
  private ready = false;
  private disposed = false;
  private tensor: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly services: Services,
    private readonly webview: vscode.Webview,
    private readonly subject: Subject,
  ) {
    const stop = services.queue.onChange((job) => this.onJob(job));
    this.subscriptions = [
      { dispose: stop },
      services.files.onDidChange(() => void this.reload()),
      webview.onDidReceiveMessage((message: PanelMessage) => void this.receive(message)),
    ];
    void this.reload();
  }

  /** The job shown: the newest one of this subject. */
  private get job(): Job | undefined {
    return this.services.queue.all.filter((job) => this.subject.matches(job)).at(-1);
  }

  /** Has its page come to life? */
  get isAlive(): boolean {
    return this.ready;
  }

  /** Reads what is on disk again. */
  readonly reload = inOrder(
    () =>
      this.subject
        .load(() => void this.reload())
        .catch((error: unknown) => ({ ...NOTHING, problem: messageOf(error) })),
    (stored) => {
      const isNew = stored !== this.stored;
      this.stored = stored;
      if (isNew) this.update();
    },
  );

  /** Shows the row of a tensor, once there is one. */
  reveal(tensor: string): void {
    this.tensor = tensor;
    if (this.ready) this.post();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private onJob(job: Job): void {
    if (job !== this.job) return;
    if (job.status === 'finished') void this.reload();
    this.update();
  }

  private update(): void {
    if (!this.ready || this.disposed) return;
    this.timer ??= setTimeout(() => this.post(), INTERVAL);
  }

  private post(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const state = this.state();
    const message: HostMessage = { type: 'state', state };
    void this.webview.postMessage(message);
    if (this.tensor === undefined || state.report === undefined) return;
    void this.webview.postMessage({ type: 'reveal', tensor: this.tensor } satisfies HostMessage);
    this.tensor = undefined;
  }

  private state(): PanelState {
    const { view, title, about, settable } = this.subject;
    const job = this.job;
    const ahead = job === undefined ? 0 : this.services.queue.ahead(job);
    // A job may have been asked for again in other words: the last ones count.
    const restore = about && restoreText(job?.asked ?? about);
    return panelState({ view, title, restore, job, ahead, settable, ...this.stored });
  }

  private async copyMarkdown(): Promise<void> {
    const { markdownOf } = await import('./markdown-of');
    const text = markdownOf(this.state());
    if (text === undefined) return;
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Landscape: copied as Markdown'), 4000);
  }

  private async receive(message: PanelMessage): Promise<void> {
    if (message.type === 'ready') {
      this.ready = true;
      this.post();
    } else if (message.type === 'error') {
      this.services.log.error(`Panel ${this.subject.title}: ${message.message}`);
    } else if (message.type === 'cancel') {
      if (this.job !== undefined) this.services.queue.cancel(this.job);
    } else if (message.type === 'copyMarkdown') {
      await this.copyMarkdown();
    } else {
      try {
        await this.subject.handle(message);
      } catch (error) {
        showError(this.services.log, error);
      }
    }
  }
}
