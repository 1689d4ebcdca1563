import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What our side is asked. */
interface OursTasks {
  open: { name: string; scale: number; steps: number; folder: string; threads: number };
  compare: { folder: string };
  time: {
    way:
      'gradient' | 'hvp1' | 'hvp2' | 'hvp4' | 'hvp8' | 'session-gradient' | 'session-hvp1' | 'session-hvp4';
    seconds: number;
    least: number;
  };
  analyze: { way: 'top' | 'trace' | 'reference trace' | 'density'; count: number };
  profile: { folder: string; runs: number };
  estimate: object;
}

export type OursRequest<T extends keyof OursTasks> = OursTasks[T];

/** Versions, and what else is worth stating, by name. */
export type Opened = Readonly<Record<string, string>>;

/** What a whole task gave, and what it took. */
export interface Analysis {
  readonly seconds: number;
  readonly values: readonly number[];
  readonly standardError?: number | null;
  readonly products?: number;
  /** Derivatives of the loss along a vector, which cost about half of a product each. */
  readonly forms?: number;
}

/** One ONNX operator's part in a run. */
export interface ProfileLine {
  readonly op: string;
  readonly nodes: number;
  readonly milliseconds: number;
  readonly share: number;
}

type Reply =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** A process that answers one request a line, in order. */
export class Worker {
  private readonly child: ChildProcess;
  private answer: ((reply: Reply) => void) | undefined;
  private over = false;

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let complaints = '';
    this.child.stderr!.on(
      'data',
      (data: Buffer) => (complaints = (complaints + data.toString()).slice(-2000)),
    );
    createInterface({ input: this.child.stdout! }).on('line', (line) =>
      this.answer?.(JSON.parse(line) as Reply),
    );
    this.child.on('error', (error) => this.answer?.({ ok: false, message: error.message }));
    this.child.on('exit', (code, signal) => {
      this.over = true;
      const last = complaints.trim().split('\n').at(-1);
      this.answer?.({ ok: false, message: `ended by ${signal ?? `exit code ${code}`}: ${last}` });
    });
  }

  /** @throws Error when the task fails, or takes more than `limit` seconds: the process is then killed. */
  async ask<T>(task: string, request: object = {}, limit = 1200): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<Reply>((resolve) => {
      this.answer = resolve;
      timer = setTimeout(() => {
        this.end();
        resolve({ ok: false, message: `more than ${limit} s` });
      }, 1000 * limit);
      this.child.stdin!.write(`${JSON.stringify({ task, ...request })}\n`);
    });
    clearTimeout(timer);
    this.answer = undefined;
    if (!reply.ok) throw new Error(reply.message);
    return reply.value as T;
  }

  /** Gone, by itself or killed. */
  get ended(): boolean {
    return this.over;
  }

  end(): void {
    this.over = true;
    this.child.kill('SIGKILL');
  }
}
