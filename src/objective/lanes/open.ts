import { availableParallelism } from 'node:os';
import { AUTOMATIC, type BackendName } from '../../backends/create';
import { ForkedLane, type Lane, LocalLane, canFork } from './lane';
import { LanePool } from './pool';

/** Where programs run. */
export interface LaneChoice {
  readonly backend: BackendName | 'auto';
  readonly tensorflowPath?: string;
  /** Run in this process instead of in lanes of their own: blocks it, so for tests only. */
  readonly local?: boolean;
}

/** Lanes for so many chunks. Convolutions run best in several one-thread processes (`apart`), dense products in one with all threads (measured). */
export function openLanes(choice: LaneChoice, apart: boolean, chunks: number): Promise<LanePool> {
  const lanes = apart ? Math.min(availableParallelism(), chunks, 8) : 1;
  const makeLane = (): Lane => (choice.local || !canFork() ? new LocalLane() : new ForkedLane());
  return LanePool.open(makeLane, lanes, {
    names: choice.backend === 'auto' ? AUTOMATIC : [choice.backend],
    threads: Math.max(1, Math.floor(availableParallelism() / lanes)),
    ...(choice.tensorflowPath ? { tensorflowPath: choice.tensorflowPath } : {}),
  });
}
