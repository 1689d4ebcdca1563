import { availableParallelism } from 'node:os';
import { AUTOMATIC, type BackendName, isDevice } from '../backends/choice';
import { UserError } from '../core/errors';
import { LARGE } from '../core/large';
import { type CudaPlace, cudaEnvironment } from './cuda';
import { KEPT_BYTES } from './kept';
import { ForkedLane, canFork } from './lane';
import { LanePool } from './pool';
import { LEAST_FREE, WarmLanes } from './warm';
import { availableMemory } from '../machine/memory';

const MOST_LANES = 8;

let warm: WarmLanes | undefined;
/** Lanes whose environment has CUDA. */
let warmCuda: WarmLanes | undefined;

/** The lanes of this process that rest: those of one network, and one beside them. */
async function warmLanes(local: boolean): Promise<WarmLanes> {
  const make = local || !canFork() ? (await import('./in-process')).laneHere : () => new ForkedLane();
  return (warm ??= new WarmLanes(make, Math.min(availableParallelism(), MOST_LANES) + 1));
}

/** @throws UserError where CUDA has not been set up */
function cudaLanes(place: CudaPlace | undefined): WarmLanes {
  if (!place)
    throw new UserError('CUDA is not set up on this machine: "landscape setup cuda" says what it takes.');
  if (!canFork()) throw new Error('lanes of this process have no environment of their own');
  return (warmCuda ??= new WarmLanes(() => new ForkedLane(undefined, undefined, cudaEnvironment(place)), 1));
}

/** Starts lanes while it is still being read what they are for. */
export async function beginLanes(): Promise<void> {
  if (canFork()) (await warmLanes(false)).begin(Math.min(availableParallelism(), MOST_LANES));
}

/** Ends the lanes that rest: for work that needs all memory, or is timed from its start. */
export function endWarmLanes(): void {
  warm?.clear();
  warmCuda?.clear();
}

/** The same where memory is short, as it is for a frugal try. */
export function spareMemory(frugal = false): void {
  if (frugal || availableMemory() < LEAST_FREE) endWarmLanes();
}

/** Where programs run. */
export interface LaneChoice {
  readonly backend: BackendName | 'auto';
  readonly tensorflowPath?: string;
  /** Where CUDA lies, for the backend of that name. */
  readonly cuda?: CudaPlace;
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
    choice.backend === 'cuda' ? cudaLanes(choice.cuda) : await warmLanes(choice.local ?? false),
    lanes,
    backend,
    choice.frugal ? 0 : KEPT_BYTES,
  );
}
