import { availableParallelism } from 'node:os';
import { AUTOMATIC, type BackendName } from '../backends/choice';
import { LARGE } from '../core/large';
import { KEPT_BYTES } from './kept';
import { ForkedLane, type Lane, canFork } from './lane';
import { LanePool } from './pool';

const MOST_LANES = 8;

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
  const lanes =
    parameters > LARGE || choice.frugal ? 1 : Math.min(availableParallelism(), chunks, MOST_LANES);
  const here = choice.local || !canFork() ? (await import('./in-process')).laneHere : undefined;
  const makeLane = (): Lane => here?.() ?? new ForkedLane();
  const backend = {
    names: choice.backend === 'auto' ? AUTOMATIC : [choice.backend],
    threads: Math.max(1, Math.floor(availableParallelism() / lanes)),
    ...(choice.tensorflowPath ? { tensorflowPath: choice.tensorflowPath } : {}),
  };
  return LanePool.open(makeLane, lanes, backend, choice.frugal ? 0 : KEPT_BYTES);
}
