/**
 * Every use of random numbers under one seed, with the first of its streams (see `random`) and how many it may come to:
 * one a probe, an epoch, a tensor. No two overlap, so that no use moves or repeats another's numbers.
 */
export const STREAM_RANGES = {
  // Start vectors and probes of spectra
  largest: [0, 7_000],
  resampling: [7_001, 1],
  permutationTest: [7_002, 1],
  skewedReference: [7_003, 1],
  smallest: [500_000, 500_000],
  traceProbe: [1_000_000, 500_000],
  traceStart: [1_500_000, 250_000],
  traceRows: [1_750_000, 250_000],
  densityProbe: [2_000_000, 1_000_000],
  otherRounding: [3_000_000, 10],
  matrixRounding: [3_000_010, 1],
  roundingOfSum: [3_000_020, 1],
  sliceDirection: [4_000_000, 1_000_000],
  gradientRows: [5_000_000, 100],
  // Measures of sharpness
  keskarSubspace: [6_000_000, 100_000],
  average: [6_100_000, 100_000],
  averageScaled: [6_200_000, 100_000],
  pacBayes: [6_300_000, 100_000],
  pacBayesScaled: [6_400_000, 100_000],
  relativeFlatness: [6_500_000, 100_000],
  weightScaledTrace: [6_600_000, 100_000],
  fisherRao: [6_700_000, 100_000],
  adaptiveWorstCase: [6_800_000, 100_000],
  keskarStart: [6_900_000, 1],
  selfCheck: [8_000_000, 1],
  surfacePlaces: [8_000_001, 1],
  // Rows and points
  sampledRows: [9_000_000, 1],
  validationRows: [9_100_000, 1],
  labelNoise: [9_100_001, 2],
  rescaling: [9_200_000, 100_000],
  batchStatistics: [9_500_000, 1],
  permutations: [9_600_000, 2],
  weightMatching: [9_700_000, 1],
  curvePlaces: [9_800_000, 1],
  curveRows: [9_800_001, 1],
  attackStarts: [11_000_000, 1],
  // Training: first values one a tensor, the others one a step or an epoch
  initialValues: [12_000_000, 1_000_000],
  curvatureRows: [0x1000_0000, 0x1000_0000],
  rowOrder: [0x2000_0000, 0x2000_0000],
  stepDraws: [0x4000_0000, 0x6000_0000],
  augmentation: [0xa000_0000, 0x6000_0000],
} as const satisfies Readonly<Record<string, readonly [first: number, places: number]>>;

export type StreamUse = keyof typeof STREAM_RANGES;

/** The first stream of each use; the others follow it. */
export const streams = Object.fromEntries(
  Object.entries(STREAM_RANGES).map(([use, [first]]) => [use, first]),
) as Readonly<Record<StreamUse, number>>;
