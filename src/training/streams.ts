/**
 * Streams of random numbers under one seed: each use has its own, so that none moves another's numbers. Those of steps
 * and epochs count on from their place, modulo 2^32.
 */
export const VALIDATION_STREAM = 9_100_000;
export const LABEL_NOISE_STREAM = 9_100_001;
export const ORDER_STREAM = 0x2000_0000;
export const DRAW_STREAM = 0x4000_0000;
export const AUGMENTATION_STREAM = 0xa000_0000;
