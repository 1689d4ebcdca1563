import type { Watched } from '../../../../src/contract/watch';

/** A checkpoint with these figures, as a watch has it. */
export function aWatched(
  id: number,
  {
    lambda,
    bound = 0.01,
    lowest = 0,
  }: { readonly lambda: number; readonly bound?: number; readonly lowest?: number },
  more: Partial<Watched> = {},
): Watched {
  return {
    id,
    file: `epoch-${id}.keras`,
    bytes: 100,
    writtenAt: '2026-01-01T00:00:00.000Z',
    status: 'measured',
    before: false,
    place: { unit: 'epoch', value: id },
    figures: {
      loss: {
        train: { value: 1 / id, standardError: 0.05 / id },
        test: { value: 1.2 / id, standardError: 0.06 / id },
      },
      accuracy: {
        train: { value: 1 - 0.5 / id, standardError: 0.01 },
        test: { value: 1 - 0.6 / id, standardError: 0.01 },
      },
      gradientNorm: 0.3 / id,
      largest: { value: lambda, errorBound: bound },
      lowest,
      trace: { value: 4 * lambda, standardError: 0.2 * lambda },
      criticalSharpness: 0.8 * lambda,
      rows: 512,
    },
    ...more,
  };
}
