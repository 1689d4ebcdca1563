import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Measured } from './measure';

/** What was measured of one network, when, and how busy the machine was before and after. */
export interface NetworkResult {
  readonly measured: Measured;
  readonly date: string;
  readonly load: readonly [before: number, after: number];
}

/** The newest result of everything, in the order of the page. */
export interface Results {
  networks: Record<string, NetworkResult>;
  /** Finished Markdown. */
  sections: Record<string, string>;
}

/** Results outlive a run, so that one of some networks renews their part of the page alone. */
export function readResults(file: string): Results {
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Results)
    : { networks: {}, sections: {} };
}

export function keepResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(results));
}
