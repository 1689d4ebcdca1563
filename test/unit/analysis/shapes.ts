import type { Random } from '../../../src/core/random';

const repeat = (value: number, times: number): number[] => new Array<number>(times).fill(value);
const whole = (source: Random, least: number, most: number): number =>
  least + Math.floor(source.uniform() * (most - least + 1));
const powers = (size: number, exponent: number): number[] =>
  Array.from({ length: size }, (_, i) => (i + 1) ** -exponent);
const normal = (source: Random, size: number): number[] =>
  Array.from({ length: size }, () => source.normal());

/** Spectra of every shape that has misled a Krylov method, or may. Each gives `size` eigenvalues in no order. */
export const SHAPES: Readonly<Record<string, (source: Random, size: number) => number[]>> = {
  /** Multi-output regression, softmax regression at zero weights: every eigenvalue several times. */
  'all of them multiple': (source, size) => {
    const times = whole(source, 2, 10);
    const values = powers(Math.ceil(size / times), 0.2 + 2 * source.uniform());
    return values.flatMap((value) => repeat(value, times)).slice(0, size);
  },
  'multiple, and as many zeros': (source, size) => {
    const times = whole(source, 2, 10);
    const values = powers(Math.max(1, Math.floor(size / (2 * times))), 3 * source.uniform());
    return padded(
      values.flatMap((value) => repeat(value, times)),
      size,
    );
  },
  'some of them multiple': (source, size) =>
    Array.from({ length: size }, () => source.normal()).flatMap((value) =>
      repeat(value, whole(source, 1, 4)),
    ),
  'a multiple one on top': (source, size) => [
    ...repeat(4, whole(source, 2, 10)),
    ...Array.from({ length: size }, () => 3 * source.uniform()),
  ],
  'a multiple one below the top': (source, size) => [
    75,
    ...repeat(24 * (0.1 + source.uniform()), whole(source, 2, 10)),
    ...Array.from({ length: size }, () => source.uniform()),
  ],
  'multiple at both ends': (source, size) => [
    ...repeat(4, whole(source, 2, 6)),
    ...repeat(-4 * source.uniform(), whole(source, 2, 6)),
    ...normal(source, size).map((value) => value / 10),
  ],
  clusters: (source, size) => {
    const centres = Array.from({ length: whole(source, 1, 6) }, () => 10 * source.normal());
    const width = 10 ** -whole(source, 1, 9);
    return Array.from(
      { length: size },
      (_, i) => centres[i % centres.length] * (1 + width * source.normal()),
    );
  },
  'pairs with tiny gaps': (source, size) => {
    const gap = 10 ** -whole(source, 2, 14);
    return Array.from({ length: size }, (_, i) => (1 / (1 + Math.floor(i / 2))) * (1 - gap * (i % 2)));
  },
  'equally spaced': (_source, size) => Array.from({ length: size }, (_, i) => (size - i) / size),
  'equal but one': (source, size) => [2, ...repeat(source.uniform(), size)],
  'few distinct ones': (source, size) => {
    const distinct = normal(source, whole(source, 1, 4));
    return Array.from({ length: size }, (_, i) => distinct[i % distinct.length]);
  },
  'power law': (source, size) => powers(size, 0.1 + 3 * source.uniform()),
  bulk: (source, size) => normal(source, size),
  'low rank': (source, size) => padded(normal(source, whole(source, 1, 5)), size),
  'low rank, all positive': (source, size) =>
    padded(
      normal(source, whole(source, 1, 5)).map((value) => 10 * value * value),
      size,
    ),
  'low rank, multiple': (source, size) => padded(repeat(3, whole(source, 1, 5)), size),
  'low rank and negative': (source, size) =>
    padded(
      normal(source, whole(source, 1, 5)).map((value) => -value * value),
      size,
    ),
  'all negative': (source, size) => normal(source, size).map((value) => -0.01 - value * value),
  'all zero': (_source, size) => repeat(0, size),
  'all equal': (source, size) => repeat(source.normal(), size),
  'a huge negative one': (source, size) => [-1e4 * source.uniform(), ...normal(source, size)],
  'huge negative ones': (source, size) => [
    ...repeat(-1e3, whole(source, 1, 5)),
    ...Array.from({ length: size }, () => source.uniform()),
  ],
  'one outlier': (source, size) => [1e6, ...normal(source, size).map((value) => value * value)],
  'outliers and a multiple one': (source, size) => [
    1e6,
    1e3,
    ...repeat(1 + source.uniform(), whole(source, 2, 10)),
    ...Array.from({ length: size }, () => source.uniform()),
  ],
  graded: (_source, size) => Array.from({ length: size }, (_, i) => 10 ** -(i / 4)),
  tiny: (source, size) => normal(source, size).map((value) => 1e-9 * value),
};

const padded = (values: number[], size: number): number[] => [
  ...values.slice(0, size),
  ...repeat(0, Math.max(0, size - values.length)),
];
