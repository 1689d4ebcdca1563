import { UserError } from '../../../../core/errors';
import type { ChannelOrder } from '../../../../network/channels';
import type { PaddingMode } from '../../../../network/windows';

/** A layer's settings, read with their types checked. What is missing takes Keras' default, given by the caller. */
export interface LayerConfig {
  readonly raw: Readonly<Record<string, unknown>>;
  number(key: string, fallback: number): number;
  /** A number that may be missing. */
  optional(key: string): number | undefined;
  integer(key: string, fallback?: number): number;
  flag(key: string, fallback: boolean): boolean;
  /** A number for each of `count` axes, stored as one number for all or as a list. */
  perAxis(key: string, count: number, fallback: number | readonly number[]): number[];
  /** Axes, or extents, stored as a number or a list. */
  axes(key: string, fallback: number): number[];
  /** [before, after] for each of `count` axes, stored as a number, a number an axis, or in full. */
  pairs(key: string, count: number, fallback: number): [number, number][];
  padding(): PaddingMode;
  order(): ChannelOrder;
}

const numbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isInteger(item));

/** Reads `raw`; its functions throw a UserError that names the setting. */
export function layerConfig(raw: Readonly<Record<string, unknown>>): LayerConfig {
  const present = (key: string) => raw[key] !== undefined && raw[key] !== null;
  const wrong = (key: string, wanted: string) =>
    new UserError(`has ${key} = ${JSON.stringify(raw[key])}, where ${wanted} is expected`);
  const numberAt = (key: string, fallback?: number): number => {
    const value = present(key) ? raw[key] : fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(key, 'a number');
    return value;
  };
  const choice = <T extends string>(key: string, fallback: T, choices: readonly T[]): T => {
    const value = present(key) ? raw[key] : fallback;
    const found = choices.find((item) => item === value);
    if (found === undefined) throw wrong(key, choices.join(' or '));
    return found;
  };
  return {
    raw,
    number: numberAt,
    optional: (key) => (present(key) ? numberAt(key) : undefined),
    integer(key, fallback) {
      const value = numberAt(key, fallback);
      if (!Number.isInteger(value)) throw wrong(key, 'a whole number');
      return value;
    },
    flag(key, fallback) {
      const value = present(key) ? raw[key] : fallback;
      if (typeof value !== 'boolean') throw wrong(key, 'true or false');
      return value;
    },
    perAxis(key, count, fallback) {
      const value = present(key) ? raw[key] : fallback;
      if (Number.isInteger(value)) return new Array<number>(count).fill(value as number);
      if (numbers(value) && value.length === count) return value;
      // Depthwise and one-dimensional layers may store one number in a list.
      if (numbers(value) && value.length === 1) return new Array<number>(count).fill(value[0]);
      throw wrong(key, `a whole number or ${count} of them`);
    },
    axes(key, fallback) {
      const value = present(key) ? raw[key] : fallback;
      if (Number.isInteger(value)) return [value as number];
      if (numbers(value)) return value;
      throw wrong(key, 'an axis');
    },
    pairs(key, count, fallback) {
      const value = present(key) ? raw[key] : fallback;
      if (Number.isInteger(value)) return new Array(count).fill([value, value]) as [number, number][];
      const items: readonly unknown[] =
        count === 1 && numbers(value) ? [value] : Array.isArray(value) ? value : [];
      const pairs = items.map((item) => (Number.isInteger(item) ? [item, item] : item));
      if (pairs.length !== count || !pairs.every((pair) => numbers(pair) && pair.length === 2))
        throw wrong(key, `a pair of whole numbers for each of ${count} axes`);
      return pairs as [number, number][];
    },
    padding: () => choice<PaddingMode>('padding', 'valid', ['valid', 'same', 'causal']),
    order: () =>
      choice('data_format', 'channels_last', ['channels_last', 'channels_first']) === 'channels_first'
        ? 'first'
        : 'last',
  };
}
