import { availableParallelism } from 'node:os';
import { AUTOMATIC, type BackendName, isDevice } from '../backends/choice';
import { UserError } from '../core/errors';
import { LARGE } from '../core/large';
import { type CudaPlace, cudaEnvironment } from './cuda';
import { FarLanes } from './far-lanes';
import { KEPT_BYTES } from './kept';
import { BUILT, ForkedLane, canFork } from './lane';
import { LanePool } from './pool';
import { LEAST_FREE, WarmLanes } from './warm';
import { availableMemory } from '../machine/memory';

const MOST_LANES = 8;

let warm: WarmLanes | undefined;
/** Lanes whose environment has CUDA. */
let warmCuda: WarmLanes | undefined;
let far: FarLanes | undefined;

/** Has this process compute elsewhere from here on: each command starts a lane. None: here. */
export function computeElsewhere(commands: readonly string[]): void {
  far = commands.length > 0 ? new FarLanes(commands, BUILT) : undefined;
}

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

/** Where lanes were elsewhere, and which of them were lost, in sentences. */
export const toldOfLanes = (): readonly string[] => [...(far?.notes ?? [])];

/** Starts lanes while it is still being read what they are for. */
export async function beginLanes(): Promise<void> {
  if (far) far.begin();
  else if (canFork()) (await warmLanes(false)).begin(Math.min(availableParallelism(), MOST_LANES));
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
  /** On this machine, wherever others are: for what is small, or needs lanes beside those that are taken. */
  readonly here?: boolean;
}

/** The lanes elsewhere that a choice is computed in; undefined where it is computed here, as where others have all of them. */
const elsewhereFor = ({ here, local, frugal, backend }: LaneChoice): FarLanes | undefined =>
  // CUDA lies where it was set up.
  far && !here && !local && !frugal && backend !== 'cuda' && far.free > 0 ? far : undefined;

/** Is what is opened next computed elsewhere? @throws UserError where no lane is left there. */
export const areElsewhere = (choice: LaneChoice): boolean => elsewhereFor(choice) !== undefined;

/**
 * Lanes for a network of so many parameters and chunks: processes that share them, and the processor's threads. Whole chunks side by side need no
 * waiting for one another inside every operator, which matters the more the smaller the operators are and the busier the
 * machine is (measured for convolutions, attention, recurrence and dense layers).
 */
export async function openLanes(choice: LaneChoice, parameters: number, chunks: number): Promise<LanePool> {
  // One graphics processor serves one lane: several would only wait for one another.
  const elsewhere = elsewhereFor(choice);
  const isOne = parameters > LARGE || choice.frugal || isDevice(choice.backend);
  const lanes = isOne ? 1 : Math.min(availableParallelism(), chunks, MOST_LANES);
  const backend = {
    names: choice.backend === 'auto' ? AUTOMATIC : [choice.backend],
    threads: Math.max(1, Math.floor(availableParallelism() / lanes)),
    ...(choice.tensorflowPath ? { tensorflowPath: choice.tensorflowPath } : {}),
  };
  // Each lane knows how many threads it may have where it is.
  if (elsewhere) return LanePool.open(elsewhere, Math.min(elsewhere.free, chunks), backend);
  return LanePool.open(
    choice.backend === 'cuda' ? cudaLanes(choice.cuda) : await warmLanes(choice.local ?? false),
    lanes,
    backend,
    choice.frugal ? 0 : KEPT_BYTES,
  );
}
