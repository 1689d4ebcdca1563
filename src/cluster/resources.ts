import type { Profile } from '../contract/cluster-profile';

/** What a task is given. */
export interface Resources {
  readonly seconds: number;
  /** In MiB. */
  readonly memory: number;
  readonly cpus: number;
  /** Tasks that run at the same time. */
  readonly atOnce: number;
}

/** What one task was estimated to take here, on so many processors. */
export interface Cost {
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly cpus: number;
}

const CPUS = 2;
const AT_ONCE = 20;
/** A node may be slower, and reads from a network: a task that is ended for want of either has been for nothing. */
const MARGIN = { times: 3, seconds: 120, memoryTimes: 1.5, memory: 1024 };
const LEAST = { seconds: 600, memory: 2048 };
/** Where there was no estimate. */
const UNKNOWN = { seconds: 3600, memory: 4096 };

/** Time and memory of a task: the profile's, else those of the estimate with a margin. */
export function resourcesOf(profile: Profile, cost: Cost | undefined): Resources {
  const { cpus = CPUS, atOnce = AT_ONCE, time, memory } = profile;
  const slower = cost ? Math.max(1, cost.cpus / cpus) : 1;
  const seconds = cost ? MARGIN.times * slower * cost.seconds + MARGIN.seconds : UNKNOWN.seconds;
  const bytes = cost ? (MARGIN.memoryTimes * cost.peakMemoryBytes) / 2 ** 20 + MARGIN.memory : UNKNOWN.memory;
  return {
    seconds: time === undefined ? 60 * Math.ceil(Math.max(LEAST.seconds, seconds) / 60) : secondsOfTime(time),
    memory: memory === undefined ? Math.ceil(Math.max(LEAST.memory, bytes)) : mebibytesOf(memory),
    cpus,
    atOnce,
  };
}

/** Seconds of a time as Slurm writes it: minutes, M:SS, H:MM:SS, D-H, D-H:MM or D-H:MM:SS. */
export function secondsOfTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : [undefined, text];
  const parts = clock.split(':').map(Number);
  const [hours, minutes, seconds] =
    days !== undefined || parts.length === 3 ? [...parts, 0, 0] : [0, ...parts, 0];
  return ((Number(days ?? 0) * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** `H:MM:SS` of seconds. */
export function slurmTime(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

const UNITS = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 };

/** MiB of a memory as Slurm writes it: a whole number of M if no unit follows. */
export function mebibytesOf(text: string): number {
  const unit = text.at(-1) as keyof typeof UNITS;
  return Math.ceil(parseInt(text, 10) * (unit in UNITS ? UNITS[unit] : 1));
}
