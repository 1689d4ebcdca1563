import { join } from 'node:path';
import { availableParallelism, totalmem } from 'node:os';
import { type Analysis, type Opened, type OursRequest, type ProfileLine, Worker } from './worker';

/** A measurement, or why there is none. */
export type Outcome<T> = { readonly value: T } | { readonly reason: string };

export type OursWay = OursRequest<'time'>['way'];
export type PeerWay = 'gradient' | 'double_backward' | 'forward_over_reverse' | 'vmap_of_four' | 'compiled';
export type OursTask = OursRequest<'analyze'>['way'];
export type PeerTask =
  'eigsh' | 'pyhessian_top' | 'xtrace' | 'pyhessian_trace' | 'density' | 'pyhessian_density';

/** The most that was held until the network was loaded, and until a product was done. */
export interface PeerMemory {
  readonly idle: number;
  readonly peak: number;
}

/** All that was measured on one network; times of a run in milliseconds. */
export interface Measured {
  readonly opened: Opened;
  readonly peerVersions: Opened | undefined;
  /** Each side's product in float32 against PyTorch's in float64, relative. */
  readonly difference: { readonly ours: number; readonly peer: number } | undefined;
  readonly ours: Partial<Record<OursWay, readonly number[]>>;
  readonly peer: Partial<Record<PeerWay, Outcome<readonly number[]>>>;
  readonly compileSeconds: number | undefined;
  readonly oursTasks: Partial<Record<OursTask, Outcome<Analysis>>>;
  readonly peerTasks: Partial<Record<PeerTask, Outcome<Analysis>>>;
  /** Bytes at the peak of products alone. */
  readonly memory: { readonly ours: number; readonly peer?: PeerMemory };
  readonly profile: readonly ProfileLine[];
}

/** `ours 2.0e-7, PyTorch 3.1e-7`. */
export const inWords = ({ ours, peer }: { readonly ours: number; readonly peer: number }): string =>
  `ours ${ours.toExponential(1)}, PyTorch ${peer.toExponential(1)}`;

export interface Plan {
  readonly name: string;
  /** Rows, as a share of the usual number. */
  readonly scale: number;
  /** Steps of training before anything is measured. */
  readonly steps: number;
  /** Times that both sides take turns. */
  readonly rounds: number;
  /** Seconds a turn, and runs at least. */
  readonly seconds: number;
  readonly least: number;
  /** The whole tasks to do: all, none or those named. */
  readonly tasks: boolean | readonly string[];
  /** Seconds that one request may take. */
  readonly limit: number;
  readonly cache: string;
  readonly bundle: string;
  /** The Python with the peers, where there is one. */
  readonly python: string | undefined;
  say(text: string): void;
}

const PEER = join(import.meta.dirname, 'python', 'peer.py');
/** Seconds: beyond it nobody waits for a compiler. */
const COMPILE_LIMIT = 300;
const TOP = 5;
const XTRACE_PRODUCTS = 60;
const DENSITY_STEPS = 100;

const oursWays: readonly OursWay[] = [
  'gradient',
  'hvp1',
  'hvp4',
  'session-gradient',
  'session-hvp1',
  'session-hvp4',
];
const peerWays: readonly PeerWay[] = [
  'gradient',
  'double_backward',
  'forward_over_reverse',
  'vmap_of_four',
  'compiled',
];
const tasks: readonly { ours: [OursTask, number]; peer: [PeerTask, ...number[]][] }[] = [
  {
    ours: ['top', TOP],
    peer: [
      ['eigsh', TOP],
      ['pyhessian_top', TOP],
    ],
  },
  { ours: ['trace', TOP], peer: [['xtrace', XTRACE_PRODUCTS], ['pyhessian_trace']] },
  {
    ours: ['density', DENSITY_STEPS],
    peer: [
      ['density', DENSITY_STEPS],
      ['pyhessian_density', DENSITY_STEPS],
    ],
  },
];

async function outcome<T>(measure: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await measure() };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** Measures one network on both sides, turn by turn, so that what else the machine does falls on both. */
export async function measure(plan: Plan): Promise<Measured> {
  const { name, say } = plan;
  const ours = new Worker(process.execPath, [plan.bundle]);
  const folder = join(plan.cache, name);
  const threads = availableParallelism();
  try {
    say(`${name}: opening`);
    const { scale, steps } = plan;
    const opened = await ours.ask<Opened>('open', { name, scale, steps, folder, threads });
    const peer = plan.python === undefined ? undefined : await Peer.open(plan.python, folder, plan.limit);
    try {
      return await new Measurement(plan, folder, ours, peer, opened).run();
    } finally {
      peer?.end();
    }
  } finally {
    ours.end();
  }
}

/** The peer's process; one that had to be killed is followed by another. */
class Peer {
  private constructor(
    private readonly start: () => Worker,
    private readonly request: object,
    private readonly limit: number,
    private worker: Worker,
    readonly versions: Opened,
  ) {}

  static async open(python: string, folder: string, limit: number): Promise<Peer> {
    const threads = availableParallelism();
    const env = { OMP_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}` };
    const start = () => new Worker(python, [PEER], env);
    const request = { folder, threads, memory: Math.floor(0.7 * totalmem()) };
    const worker = start();
    return new Peer(start, request, limit, worker, await worker.ask<Opened>('open', request));
  }

  async ask<T>(task: string, request: object = {}, limit = this.limit): Promise<Outcome<T>> {
    const answer = await outcome(() => this.worker.ask<T>(task, request, limit));
    if ('reason' in answer && this.worker.ended) await this.restart();
    return answer;
  }

  /** A process in which nothing has run yet. */
  async restart(): Promise<void> {
    this.worker.end();
    this.worker = this.start();
    await this.worker.ask('open', this.request);
  }

  end(): void {
    this.worker.end();
  }
}

class Measurement {
  private readonly ours: Partial<Record<OursWay, number[]>> = {};
  private readonly peer: Partial<Record<PeerWay, Outcome<number[]>>> = {};
  private readonly oursTasks: Partial<Record<OursTask, Outcome<Analysis>>> = {};
  private readonly peerTasks: Partial<Record<PeerTask, Outcome<Analysis>>> = {};

  constructor(
    private readonly plan: Plan,
    private readonly folder: string,
    private readonly us: Worker,
    private readonly them: Peer | undefined,
    private readonly opened: Opened,
  ) {}

  async run(): Promise<Measured> {
    const { name, say, rounds, tasks } = this.plan;
    const difference = await this.compare();
    if (difference) say(`${name}: product against float64: ${inWords(difference)}`);
    const memory = await this.memory();
    const compileSeconds = await this.compile();
    for (let round = 0; round < rounds; round++) {
      say(`${name}: gradients and products, turn ${round + 1} of ${rounds}`);
      await this.turn();
    }
    if (tasks) await this.wholeTasks();
    const profile = await this.us.ask<ProfileLine[]>('profile', { folder: this.folder, runs: 5 });
    const { opened, ours, peer, oursTasks, peerTasks } = this;
    const peerVersions = this.them?.versions;
    return {
      opened,
      peerVersions,
      difference,
      ours,
      peer,
      compileSeconds,
      oursTasks,
      peerTasks,
      memory,
      profile,
    };
  }

  private async compare(): Promise<Measured['difference']> {
    const product = await this.them?.ask<number>('product');
    if (!product) return undefined;
    if ('reason' in product) throw new Error(`The peer's product failed: ${product.reason}`);
    return { ours: await this.us.ask<number>('compare', { folder: this.folder }), peer: product.value };
  }

  /** Before anything else has run in these processes: the peak of products alone. */
  private async memory(): Promise<Measured['memory']> {
    await this.them?.restart();
    const once = { seconds: 0, least: 1 };
    await this.us.ask('time', { way: 'hvp1', ...once });
    await this.us.ask('time', { way: 'hvp4', ...once });
    const ours = await this.us.ask<number>('memory');
    await this.them?.ask('time', { way: 'double_backward', ...once });
    const peer = await this.them?.ask<PeerMemory>('memory');
    return { ours, ...(peer && 'value' in peer ? { peer: peer.value } : {}) };
  }

  private async compile(): Promise<number | undefined> {
    if (!this.them) return undefined;
    this.plan.say(`${this.plan.name}: torch.compile`);
    const answer = await this.them.ask<number>('prepare', { way: 'compiled' }, COMPILE_LIMIT);
    if ('value' in answer) return answer.value;
    this.peer.compiled = answer;
    return undefined;
  }

  private async turn(): Promise<void> {
    const { seconds, least } = this.plan;
    const longest = Math.max(oursWays.length, peerWays.length);
    for (let i = 0; i < longest; i++) {
      const [mine, theirs] = [oursWays[i], peerWays[i]] as [OursWay | undefined, PeerWay | undefined];
      if (mine)
        (this.ours[mine] ??= []).push(
          ...(await this.us.ask<number[]>('time', { way: mine, seconds, least })),
        );
      const before = theirs && this.peer[theirs];
      if (!this.them || !theirs || (before && 'reason' in before)) continue;
      const times = await this.them.ask<number[]>('time', { way: theirs, seconds, least });
      this.peer[theirs] = before && 'value' in times ? { value: [...before.value, ...times.value] } : times;
    }
  }

  private async wholeTasks(): Promise<void> {
    const { name, say, limit, tasks: asked } = this.plan;
    const analyze = (way: OursTask, count: number) =>
      outcome(() => this.us.ask<Analysis>('analyze', { way, count }, limit));
    for (const {
      ours: [way, count],
      peer,
    } of tasks) {
      if (Array.isArray(asked) && !asked.includes(way)) continue;
      say(`${name}: ${way}`);
      this.oursTasks[way] = await analyze(way, count);
      if (!this.them) continue;
      for (const [theirs, ...args] of peer) {
        say(`${name}: ${theirs}`);
        this.peerTasks[theirs] = await this.them.ask<Analysis>('analyze', { way: theirs, arguments: args });
      }
    }
    if (!this.them || !this.oursTasks.trace) return;
    say(`${name}: reference trace`);
    this.oursTasks['reference trace'] = await analyze('reference trace', TOP);
  }
}
