import { InvalidArgumentError } from 'commander';

/** A finite number above zero, given on the command line. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('Give a positive number.');
  return value;
}
