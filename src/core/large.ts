/**
 * Beyond so many parameters memory comes first: one lane holds the weights and keeps nothing from product to product,
 * vectors are multiplied one at a time, since each takes its share there, and Krylov bases are in float32.
 */
export const LARGE = 4_000_000;

/** Beyond so many, vectors that wait for their next use rest in a file: sixteen of them take a gigabyte. */
export const HUGE = 16_000_000;
