import { Console } from 'node:console';
import { availableParallelism, cpus, hostname } from 'node:os';
import { VERSION } from '../core/version';
import { availableMemory } from '../machine/memory';
import { type Hello, meantThere } from './far-protocol';
import { FrameReader, framed, greeting } from './frames';
import type { RequestHandler } from './lane';
import type { LaneRequest } from './protocol';

/** Threads of one of so many lanes: what a scheduler gives each, where it says so, else its share of the machine. */
const threadsOf = ({ SLURM_CPUS_PER_TASK }: NodeJS.ProcessEnv, sharing: number): number =>
  Number(SLURM_CPUS_PER_TASK) || Math.max(1, Math.floor(availableParallelism() / sharing));

/**
 * Answers requests that come by standard input, on standard output, until the input ends: then this process kills itself,
 * since an exit would abort in native code.
 * @param sharing how many lanes share what this process may take of its machine.
 */
export function serveStreams(worker: RequestHandler<LaneRequest>, sharing: number): void {
  // Standard output is the channel.
  globalThis.console = new Console(process.stderr);
  const write = (message: unknown) => framed(message).forEach((bytes) => process.stdout.write(bytes));
  const { SLURMD_NODENAME: node = hostname() } = process.env;
  process.stdout.write(greeting());
  write({ version: VERSION, node, processor: cpus()[0]?.model ?? '' } satisfies Hello);
  const shares = {
    threads: threadsOf(process.env, sharing),
    freeBytes: availableMemory() / sharing,
  };
  const reader = new FrameReader(false);
  let queue = Promise.resolve();
  const end = () => process.kill(process.pid, 'SIGKILL');
  process.stdin.on('data', (bytes: Buffer) => {
    for (const request of reader.push(bytes) as LaneRequest[])
      queue = queue.then(async () => write(await worker.handle(meantThere(request, shares))));
  });
  process.stdin.on('end', end);
  process.stdin.on('close', end);
  process.stdout.on('error', end);
}
