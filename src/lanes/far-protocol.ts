import type { LaneRequest } from './protocol';
import { KEPT_BYTES, KEPT_SHARE } from './kept';

/** What a lane elsewhere says of itself before all else. */
export interface Hello {
  /** Of Landscape. */
  readonly version: string;
  /** The machine. */
  readonly node: string;
  /** The processor's model, which decides how last digits are rounded. */
  readonly processor: string;
}

/** What a lane elsewhere may take of its machine. */
export interface Shares {
  readonly threads: number;
  /** Memory that is free there, in bytes. */
  readonly freeBytes: number;
}

/** A request as it is meant where the lane is: only there it is known how many threads and what memory it may take. */
export function meantThere(request: LaneRequest, { threads, freeBytes }: Shares): LaneRequest {
  if (request.type !== 'open') return request;
  const keptBytes = Math.floor(Math.min(KEPT_BYTES, KEPT_SHARE * freeBytes));
  return { ...request, choice: { ...request.choice, threads }, keptBytes };
}
