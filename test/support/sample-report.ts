import type { Eigenvalue, Estimate, LossPoint, Report } from '../../src/contract/report';

export function estimate(value: number, standardError: number | null = null): Estimate {
  return { value, standardError };
}

export function eigenvalue(value: number, more: Partial<Eigenvalue> = {}): Eigenvalue {
  return { value, residual: 0.001, errorBound: 0.001, converged: true, ...more };
}

export function lossPoint(loss: number, accuracy?: number): LossPoint {
  return {
    loss: estimate(loss, loss / 10),
    rows: 512,
    ...(accuracy === undefined ? {} : { accuracy: estimate(accuracy) }),
  };
}

/** A complete analysis with the given parts in place of its own. */
export function sampleReport(parts: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    kind: 'analysis',
    status: 'complete',
    createdAt: '2025-03-12T14:03:00Z',
    checkpoint: { path: '/runs/small/epoch-020.keras', format: 'keras', sha256: 'ab', parameters: 2386 },
    settings: {
      data: { path: '/data/digits.npz', sha256: 'cd', trainRows: 1437, testRows: 360 },
      loss: 'categorical-crossentropy',
      lossSource: 'compiled into the checkpoint',
      samples: 'first 512 of 1,437 rows',
      rows: 512,
      chunkRows: 256,
      seed: 1,
      input: { scale: 1, mean: [0], std: [1] },
      operator: 'hessian',
      backend: 'onnxruntime',
      precision: 'float32',
      batchNorm: 'inference mode',
      lossScaling: 'mean over rows',
      weightDecay: 'none',
      top: 2,
      bottom: 1,
      layers: 'trace',
      density: true,
      trace: true,
      slices: true,
      versions: {},
    },
    loss: { train: lossPoint(0.5, 0.97), test: lossPoint(0.7, 0.94) },
    gradientNorm: estimate(0.01),
    gradientPromise: { value: 1e-5, end: 'settled', products: 4 },
    spectrum: { largest: [eigenvalue(100), eigenvalue(40)], smallest: [eigenvalue(-2)] },
    layers: [],
    measures: [],
    slices: [],
    checks: [],
    notes: [],
    cost: { hvps: 100, hvpMilliseconds: 3, gradients: 2, seconds: 1.9, peakMemoryBytes: 2e8 },
    ...parts,
  };
}
