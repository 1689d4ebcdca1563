import { fork, type ChildProcess } from 'node:child_process';
import { letOthersGoFirst } from '../machine/background';
import { childFlags } from '../machine/child-flags';
import { keepingCompiled } from '../machine/compiled-scripts';
import { type Patience, watchReadiness } from '../machine/readiness';
import type { ClientMessage, EngineMessage } from '../contract/engine-protocol';

export type EngineLog = (level: 'info' | 'warn' | 'error', message: string) => void;

/** How a process ended, in words: "SIGKILL", "exit code 1", or why it could not start. */
export interface EngineExit {
  readonly reason: string;
}

/** A message that belongs to a request. */
export type JobMessage = Extract<EngineMessage, { readonly id: number }>;

export interface Listeners {
  message(message: JobMessage): void;
  exit(exit: EngineExit): void;
}

/** How a process is started. */
export interface EngineManner {
  readonly patience?: Partial<Patience> | undefined;
  /** It and its lanes let all other processes go first. */
  readonly isBackground?: boolean | undefined;
  /** What starts its compute processes elsewhere. */
  readonly lanesOn?: readonly string[] | undefined;
  /** Where it and its lanes keep their compiled scripts. */
  readonly compiledIn?: string | undefined;
}

/** One life of the forked engine. It ends with {@link close} or {@link kill}, or by itself when its channel closes. */
export class EngineProcess {
  private readonly child: ChildProcess;
  private ended = false;
  private readonly stopWatch: () => void;

  constructor(
    enginePath: string,
    private readonly log: EngineLog | undefined,
    listeners: Listeners,
    { patience, isBackground, lanesOn = [], compiledIn }: EngineManner = {},
  ) {
    this.child = fork(enginePath, lanesOn, {
      execArgv: childFlags(),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...keepingCompiled(compiledIn), ELECTRON_RUN_AS_NODE: '1' },
    });
    // Before it has started its lanes, which are of its priority then.
    if (isBackground) letOthersGoFirst(this.child.pid);
    this.child.on('message', (raw) => {
      const message = raw as EngineMessage;
      this.stopWatch();
      if (message.type === 'ready') this.log?.('info', `Engine started (process ${message.pid}).`);
      else if (message.type === 'log') this.log?.(message.level, message.message);
      else if (!this.ended) listeners.message(message);
    });
    this.child.stdout?.on('data', (chunk) => this.log?.('info', String(chunk).trimEnd()));
    this.child.stderr?.on('data', (chunk) => this.log?.('warn', String(chunk).trimEnd()));
    const end = (reason: string) => {
      this.stopWatch();
      if (this.ended) return;
      this.ended = true;
      this.log?.('error', `Engine process ${this.child.pid ?? '?'} ended: ${reason}.`);
      listeners.exit({ reason });
    };
    this.child.on('error', (error) => end(error.message));
    this.child.on('exit', (code, signal) => end(signal ?? `exit code ${code ?? '?'}`));
    this.stopWatch = watchReadiness(
      this.child.pid,
      (reason) => {
        this.child.kill('SIGKILL');
        end(reason);
      },
      patience,
    );
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Sends one message; a process that is ending is noticed by its exit, not here. */
  send(message: ClientMessage): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  /** Closes the channel: the engine and its lanes exit by themselves. */
  close(): void {
    this.stopWatch();
    this.ended = true;
    if (this.child.connected) this.child.disconnect();
  }

  /** Ends the process at once; its lanes follow, their channels being closed. */
  kill(): void {
    this.stopWatch();
    this.ended = true;
    this.child.kill('SIGKILL');
  }
}
