import type { Density, Spectrum } from '../../../src/contract/report';
import { eigenvalue } from '../../support/sample-report';

/** Two outliers, a bulk around zero with both signs, and its error. */
export function sampleSpectrum(): Spectrum {
  return {
    largest: [
      eigenvalue(100, { errorBound: 8, samplingReason: 'no bar: why' }),
      eigenvalue(40),
      eigenvalue(8),
    ],
    smallest: [eigenvalue(-2.4)],
    trace: { value: 228.7, standardError: 3.1, probes: 12 },
    density: sampleDensity(),
  };
}

function sampleDensity(): Density {
  const eigenvalues = Array.from({ length: 61 }, (_, i) => Math.sinh((i - 20) / 7));
  const density = eigenvalues.map((value) => 1 / (0.05 + value * value));
  return {
    eigenvalues,
    density,
    standardError: density.map((value) => value / 10),
    nodes: eigenvalues.map((value) => ({ eigenvalue: value, weight: 1 / 61 })),
    steps: 100,
    probes: 4,
    massBelow: { value: 0.08, standardError: 0.01, threshold: -0.1 },
    negativeShare: { value: 0.1, standardError: 0.01 },
    moments: [],
  };
}
