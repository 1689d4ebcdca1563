import type * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import type { HostMessage, PanelMessage } from '../../contract/panel-protocol';
import type { Run } from '../runs/run-queue';
import { isUnderWay } from '../runs/run-queue';
import type { Services } from '../services';
import { showError } from '../show-error';
import { inOrder } from './in-order';
import { panelState, type PanelFacts } from './panel-state';

/** The facts that a view shows besides its run: what is on disk. */
export type StoredFacts = Pick<PanelFacts, 'stored' | 'stale' | 'summary' | 'problem' | 'rest'>;

/** What one webview is about. */
export interface Subject {
  readonly view: PanelFacts['view'];
  readonly title: string;
  readonly restore: string | undefined;
  /** Can the settings of what is shown be changed from here? */
  readonly settable: boolean;
  /** Is this run one to show here? The newest such run is. */
  matches(run: Run): boolean;
  /** Reads what is on disk; called when shown and after each run. */
  load(): Promise<StoredFacts>;
  /** A wish that the view itself cannot fulfil. */
  handle(message: Exclude<PanelMessage, { type: 'ready' | 'cancel' | 'error' }>): Promise<void>;
}

const NOTHING: StoredFacts = {
  ...{ stored: undefined, stale: [], summary: undefined, problem: undefined, rest: undefined },
};

/** Messages wait this long for newer ones: a fast job must not flood the channel. */
const INTERVAL = 100;

/**
 * Keeps one webview up to date. The host holds the state; a webview that was hidden has lost its messages, so it
 * says `ready` when shown and gets the whole.
 */
export class LiveView implements vscode.Disposable {
  private stored = NOTHING;
  private ready = false;
  private disposed = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly services: Services,
    private readonly webview: vscode.Webview,
    private readonly subject: Subject,
  ) {
    const stop = services.queue.onChange((run) => this.onRun(run));
    this.subscriptions = [
      { dispose: stop },
      services.files.onDidChange(() => void this.reload()),
      webview.onDidReceiveMessage((message: PanelMessage) => void this.receive(message)),
    ];
    void this.reload();
  }

  /** The run shown: the newest one of this subject. */
  get run(): Run | undefined {
    return this.services.queue.runs.filter((run) => this.subject.matches(run)).at(-1);
  }

  /** Reads what is on disk again. */
  readonly reload = inOrder(
    () => this.subject.load().catch((error: unknown) => ({ ...NOTHING, problem: messageOf(error) })),
    (stored) => {
      this.stored = stored;
      this.update();
    },
  );

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private onRun(run: Run): void {
    if (run !== this.run) return;
    if (run.status === 'finished') void this.reload();
    this.update();
  }

  private update(): void {
    if (!this.ready || this.disposed) return;
    this.timer ??= setTimeout(() => this.post(), INTERVAL);
  }

  private post(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { view, title, restore, settable } = this.subject;
    const run = this.run;
    const ahead = run === undefined ? 0 : this.services.queue.ahead(run);
    const state = panelState({ view, title, restore, run, ahead, settable, ...this.stored });
    const message: HostMessage = { type: 'state', state };
    void this.webview.postMessage(message);
  }

  private async receive(message: PanelMessage): Promise<void> {
    if (message.type === 'ready') {
      this.ready = true;
      this.post();
    } else if (message.type === 'error') {
      this.services.log.error(`Panel ${this.subject.title}: ${message.message}`);
    } else if (message.type === 'cancel') {
      const run = this.run;
      if (run !== undefined && isUnderWay(run)) this.services.queue.cancel(run);
    } else {
      try {
        await this.subject.handle(message);
      } catch (error) {
        showError(this.services.log, error);
      }
    }
  }
}
