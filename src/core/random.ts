import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in the open interval (0, 1), 32 bits. */
  uniform(): number;
  /** Standard normal, by Box and Muller. */
  normal(): number;
  /** +1 or -1 with equal probability (a Rademacher variable). */
  sign(): number;
  /** A vector of such signs. */
  signs(length: number): Float64Array;
}

/** A new stream. `stream` separates uses under one seed, so that adding a probe moves no other number. */
export function random(seed: number, stream = 0): Random {
  const generator = xoroshiro128plus((Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0);
  for (let i = 0; i < 16; i++) generator.next();
  const uniform = () => ((generator.next() >>> 0) + 0.5) / 4294967296;
  let spare: number | undefined;
  return {
    uniform,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    // The high bit: the low ones of xoroshiro128+ are its weakest.
    sign: () => (generator.next() < 0 ? -1 : 1),
    signs(length) {
      // A loop of its own: calls through others' cost as much as all the rest.
      const vector = new Float64Array(length);
      for (let i = 0; i < length; i++) vector[i] = generator.next() < 0 ? -1 : 1;
      return vector;
    },
  };
}

/** Puts the entries in a random order, in place (Fisher and Yates). */
export function shuffle(entries: Int32Array, stream: Random): Int32Array {
  for (let i = entries.length - 1; i > 0; i--) {
    const j = Math.floor(stream.uniform() * (i + 1));
    [entries[i], entries[j]] = [entries[j], entries[i]];
  }
  return entries;
}
