import { availableParallelism } from 'node:os';
import { AUTOMATIC, type BackendName, isDevice } from '../backends/choice';
import { LARGE } from '../core/large';
import { KEPT_BYTES } from './kept';
import { ForkedLane, canFork } from './lane';
import { LanePool } from './pool';
import { LEAST_FREE, WarmLanes } from './warm';
import { availableMemory } from '../machine/memory';

const MOST_LANES = 8;

let warm: WarmLanes | undefined;

/** The lanes of this process that rest: those of one network, and one beside them. */
async function warmLanes(local: boolean): Promise<WarmLanes> {
  const make = local || !canFork() ? (await import('./in-process')).laneHere : () => new ForkedLane();
  return (warm ??= new WarmLanes(make, Math.min(availableParallelism(), MOST_LANES) + 1));
}

/** Starts lanes while it is still being read what they are for. */
export async function beginLanes(): Promise<void> {
  if (canFork()) (await warmLanes(false)).begin(Math.min(availableParallelism(), MOST_LANES));
}

/** Ends the lanes that rest: for work that needs all memory, or is timed from its start. */
export const endWarmLanes = (): void => warm?.clear();

/** The same where memory is short, as it is for a frugal try. */
export function spareMemory(frugal = false): void {
  if (frugal || availableMemory() < LEAST_FREE) endWarmLanes();
}

/** Where programs run. */
export interface LaneChoice {
  readonly backend: BackendName | 'auto';
  readonly tensorflowPath?: string;
  /** Run in this process instead of in lanes of their own: blocks it, so for tests only. */
  readonly local?: boolean;
  /** One lane, which keeps nothing of what it computed: for a second try where several had too little memory. */
  readonly frugal?: boolean;
}

/**
 * Lanes for a network of so many parameters and chunks: processes that share them, and the processor's threads. Whole chunks side by side need no
 * waiting for one another inside every operator, which matters the more the smaller the operators are and the busier the
 * machine is (measured for convolutions, attention, recurrence and dense layers).
 */
export async function openLanes(choice: LaneChoice, parameters: number, chunks: number): Promise<LanePool> {
  // One graphics processor serves one lane: several would only wait for one another.
  const isOne = parameters > LARGE || choice.frugal || isDevice(choice.backend);
  const lanes = isOne ? 1 : Math.min(availableParallelism(), chunks, MOST_LANES);
  const backend = {
    names: choice.backend === 'auto' ? AUTOMATIC : [choice.backend],
    threads: Math.max(1, Math.floor(availableParallelism() / lanes)),
    ...(choice.tensorflowPath ? { tensorflowPath: choice.tensorflowPath } : {}),
  };
  return LanePool.open(
    await warmLanes(choice.local ?? false),
    lanes,
    backend,
    choice.frugal ? 0 : KEPT_BYTES,
  );
}
