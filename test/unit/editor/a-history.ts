import { runFileSchema } from '../../../src/contract/run-file';
import type { History } from '../../../src/contract/history';

/** A run that has come to its end, of a run file with these changes. */
export function aHistory(out: string, more: Partial<History> = {}, run: object = {}): History {
  return {
    schemaVersion: 1,
    kind: 'training',
    status: 'complete',
    createdAt: '2026-01-02T03:04:05.000Z',
    name: 'digits',
    out,
    run: { ...runFileSchema.parse({ data: '/d.npz', model: '/m.keras', epochs: 2, ...run }) },
    model: { name: 'm', parameters: 1, sha256: 'hash of /m.keras' },
    data: { path: '/d.npz', sha256: 'hash of /d.npz', trainRows: 1, validationRows: 0, testRows: 0 },
    loss: 'mean-squared-error',
    backend: 'onnxruntime',
    precision: 'float32',
    versions: {},
    stepsPerEpoch: 1,
    totalSteps: 2,
    batchLoss: [],
    epochs: [],
    curvature: [],
    notes: [],
    seconds: 0,
    ...more,
  };
}
