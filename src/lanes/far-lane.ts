import { type ChildProcess, spawn } from 'node:child_process';
import { UserError } from '../core/errors';
import { VERSION } from '../core/version';
import type { Hello } from './far-protocol';
import { FrameReader, framed } from './frames';
import { ComputeEnded, type Lane, unwrap } from './lane';
import type { LaneReplies, LaneReply, LaneRequest } from './protocol';

/** How long a command may take to end what it has started. */
const GRACE_MILLISECONDS = 3000;
/** After the end of a command what it has said before may still be on its way. */
const LAST_WORDS_MILLISECONDS = 1000;
/** Of what a command says of its failure, so many characters at the end are kept. */
const MOST_SAID = 2000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A lane that a command of the shell carries elsewhere: its standard input and output are the channel. */
export class FarLane implements Lane {
  /** What it says of itself; undefined until it does. */
  hello: Hello | undefined;
  private readonly child: ChildProcess;
  private readonly reader = new FrameReader(true);
  private readonly waiting: Waiting[] = [];
  private said = '';
  private ended: Error | undefined;
  private killed = false;

  /**
   * @param command as the person gave it, for what is said of it.
   * @param line what the shell runs: the command, with what it has to start.
   */
  constructor(
    private readonly command: string,
    line: string,
  ) {
    // A group of its own: Ctrl+C is for the engine, which ends all that the line has started.
    this.child = spawn(line, { shell: true, detached: process.platform !== 'win32', stdio: 'pipe' });
    this.child.stdout!.on('data', (bytes: Buffer) => this.take(bytes));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      // A job that waits in a queue, a key that is asked for: whoever waits for it wants to know.
      if (!this.hello) process.stderr.write(text);
      this.said = (this.said + text).slice(-MOST_SAID);
    });
    // How it ended is told by its exit; a write that fails before is not.
    this.child.stdin!.on('error', () => undefined);
    this.child.on('error', (error) => this.end(error.message));
    this.child.on('close', (code, signal) => this.end(signal ?? `exit code ${code}`));
    // What carried the lane may be gone before it is: without its input it ends, and is nobody's from here on.
    this.child.on('exit', (code, signal) => {
      this.child.stdin!.destroy();
      setTimeout(() => this.end(signal ?? `exit code ${code}`), LAST_WORDS_MILLISECONDS).unref();
    });
  }

  request<T extends LaneRequest['type']>(
    request: Extract<LaneRequest, { type: T }>,
  ): Promise<LaneReplies[T]> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.waiting.push({ resolve: (value) => resolve(value as LaneReplies[T]), reject });
      this.write(framed(request));
    });
  }

  /** The end of its input ends the lane, wherever it is; the signal ends whatever carries it. */
  kill(): void {
    if (this.killed) return;
    this.killed = true;
    this.child.stdin!.destroy();
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), GRACE_MILLISECONDS);
    this.child.on('close', () => clearTimeout(timer));
  }

  get isAlive(): boolean {
    return !this.killed && !this.ended;
  }

  /** Did its command end without having started a lane? */
  get isStillborn(): boolean {
    return !this.killed && this.ended !== undefined && !this.hello;
  }

  /** What is asked at the same time travels together. */
  private write(parts: readonly Buffer[]): void {
    const stdin = this.child.stdin!;
    stdin.cork();
    for (const bytes of parts) stdin.write(bytes);
    process.nextTick(() => stdin.uncork());
  }

  private take(bytes: Buffer): void {
    try {
      for (const message of this.reader.push(bytes)) {
        if (this.hello) this.answer(message as LaneReply);
        else this.greet(message as Hello);
      }
    } catch (error) {
      this.end((error as Error).message);
      this.kill();
    }
  }

  private greet(hello: Hello): void {
    this.hello = hello;
    if (hello.version === VERSION) return;
    const other = `${hello.node} has Landscape ${hello.version}, and here is ${VERSION}: both have to be the same.`;
    this.fail(new UserError(other));
    this.kill();
  }

  private answer(reply: LaneReply): void {
    const next = this.waiting.shift();
    try {
      next?.resolve(unwrap(reply));
    } catch (error) {
      next?.reject(error as Error);
    }
  }

  private end(reason: string): void {
    const last = this.said.trim().split('\n').at(-1);
    const why = last ? `${reason}: ${last}` : reason;
    this.fail(
      this.hello
        ? new ComputeEnded(`The compute process on ${this.hello.node} ended (${why}).`)
        : new UserError(`No compute process is started by "${this.command}" (${why}).`),
    );
  }

  private fail(error: Error): void {
    this.ended ??= error;
    for (const waiting of this.waiting.splice(0)) waiting.reject(this.ended);
  }

  private signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // It has ended already.
    }
  }
}
