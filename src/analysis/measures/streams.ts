/**
 * Where each measure's random vectors under one seed begin counting their streams (see `spectrum/probes.ts`), so that
 * no two measures share one, and leaving a measure out moves no other.
 */
export const measureStreams = {
  keskarSubspace: 6_000_000,
  average: 6_100_000,
  averageScaled: 6_200_000,
  pacBayes: 6_300_000,
  pacBayesScaled: 6_400_000,
  relativeFlatness: 6_500_000,
  weightScaledTrace: 6_600_000,
  fisherRao: 6_700_000,
  adaptiveWorstCase: 6_800_000,
} as const;
