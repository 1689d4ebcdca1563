import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** `90s`, `30m`, `1.5h` or a bare number of seconds, in seconds. */
export function duration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?$/.exec(text.trim());
  if (!found) throw new InvalidArgumentError('Give a time such as 90s, 30m or 2h.');
  return Number(found[1]) * UNITS[found[2] ?? 's'];
}
