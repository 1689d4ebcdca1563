import { availableMemory, checkMemory, gigabytes } from '../machine/memory';
import { UserError, messageOf } from '../core/errors';

/** A lane that has done nothing yet, with the runtime loaded. */
const LANE_BYTES = 150e6;
/** A program is compiled whole and in parts, each with memory of its own for values that are alive at once. */
const COPIES = 2;
/** Live bytes of the programs that a lane keeps compiled, that which runs aside; others are compiled again when it is their turn. */
export const COMPILED_BYTES = 384 * 2 ** 20;

/** About what a lane takes whose largest program has so many live bytes. */
const laneBytes = (live: number): number => LANE_BYTES + COPIES * live + Math.min(COMPILED_BYTES, 2 * live);

/**
 * How many lanes have room, one at least; how many there are moves no digit.
 * @param live bytes of the largest program, of chunks of so many rows.
 * @throws UserError where there is no room for one.
 */
export function lanesThatFit(live: number, rows: number, available = availableMemory()): number {
  const needed = laneBytes(live);
  const taken = rows === 1 ? 'a single row' : `${rows} rows`;
  checkMemory(needed, `This network with ${taken} of these data`, undefined, available);
  return Math.max(1, Math.floor(available / needed));
}

/** What the runtime, the engine of JavaScript and C++ say when memory is at its end; none of them has a code for it. */
const AT_ITS_END =
  /bad_alloc|bad allocation|failed to allocate|allocation failed|array length|out of memory|not enough memory|cannot allocate/i;

/** What a program threw, as a sentence where memory was at its end. */
export function asMemoryError(error: unknown, live: number): unknown {
  if (error instanceof UserError || !AT_ITS_END.test(messageOf(error))) return error;
  return new UserError(
    `Computing this network needs about ${gigabytes(laneBytes(live))} of memory, and there is less: use a smaller network or input.`,
  );
}
