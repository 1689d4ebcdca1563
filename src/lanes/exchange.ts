import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Large arrays cross between the engine and a lane in memory that both have open, a file without a name, and only their
 * places cross in messages: of 670,000 numbers there and back in 1.2 ms instead of 7 to 12 (measured). Each request has a
 * place of its own or none: the lane has read it before it writes the reply there.
 */
const PLACES = 2;
/** Smaller arrays are cheaper in the message. */
const LEAST_BYTES = 2 ** 16;
/** The first descriptor of a place in a lane: after the standard ones and the channel. */
const FIRST = 4;

const kinds = { Float32Array, Float64Array, Int32Array, Uint8Array } as const;
type Large = InstanceType<(typeof kinds)[keyof typeof kinds]>;

/** Stands for an array that lies in the memory of a place. */
class Elsewhere {
  constructor(
    readonly elsewhere: keyof typeof kinds,
    readonly offset: number,
    readonly length: number,
  ) {}
}

/** What crossed has lost its class; a message may have a field of that name. */
const isElsewhere = (value: object): value is Elsewhere => {
  const { elsewhere, offset, length } = value as Partial<Elsewhere>;
  return (
    typeof elsewhere === 'string' &&
    elsewhere in kinds &&
    Number.isInteger(offset) &&
    Number.isInteger(length)
  );
};
const isLarge = (value: object): value is Large =>
  ArrayBuffer.isView(value) && value.byteLength >= LEAST_BYTES && value.constructor.name in kinds;
const isPlain = (value: object): boolean =>
  Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;

/** The same value with every object in it replaced that `replace` has something for. */
function mapped(value: unknown, replace: (found: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (!isPlain(value)) return value;
  if (Array.isArray(value)) return value.map((each) => mapped(each, replace));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each, replace)]));
}

/** What a message says with its large arrays written to `place`; the message itself where there is no room for them. */
export function written(message: unknown, place: number): unknown {
  let end = 0;
  try {
    return mapped(message, (found) => {
      if (!isLarge(found)) return undefined;
      const bytes = new Uint8Array(found.buffer, found.byteOffset, found.byteLength);
      for (let at = 0; at < bytes.length;) at += writeSync(place, bytes, at, bytes.length - at, end + at);
      const elsewhere = new Elsewhere(found.constructor.name as keyof typeof kinds, end, found.length);
      end += bytes.length;
      return elsewhere;
    });
  } catch {
    return message;
  }
}

/** The message whose large arrays were written to `place`. */
export function read(message: unknown, place: number): unknown {
  return mapped(message, (found) => {
    if (!isElsewhere(found)) return undefined;
    const array = new kinds[found.elsewhere](found.length);
    const bytes = new Uint8Array(array.buffer);
    for (let at = 0; at < bytes.length;) {
      const count = readSync(place, bytes, at, bytes.length - at, found.offset + at);
      if (count === 0) throw new Error('a message between the engine and a lane was cut short');
      at += count;
    }
    return array;
  });
}

/** Opens the places of a lane before it is forked, which inherits them. None on Windows, where an open file keeps its name. */
export function openPlaces(): number[] {
  const places: number[] = [];
  if (process.platform === 'win32') return places;
  try {
    while (places.length < PLACES) {
      const name = join(tmpdir(), `landscape-${process.pid}-${performance.now()}-${places.length}`);
      places.push(openSync(name, 'wx+', 0o600));
      unlinkSync(name);
    }
    return places;
  } catch {
    closePlaces(places);
    return [];
  }
}

export const closePlaces = (places: readonly number[]): void => places.forEach((place) => closeSync(place));

/** The descriptor in the lane of a place that the engine numbered. */
export const inLane = (index: number): number => FIRST + index;

/** A request or a reply on its way, and the number of the place that holds its large arrays. */
export interface Packed {
  readonly message: unknown;
  readonly place?: number;
}
