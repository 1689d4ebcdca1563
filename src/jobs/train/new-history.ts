import { VERSION } from '../../core/version';
import type { History } from '../../contract/history';
import type { TrainRequest } from '../../contract/run-file';
import { parametersOf } from '../../objective/programs/parameter-space';
import { stepsPerEpoch } from '../../training/batches';
import type { Tracker } from '../../training/curvature/create';
import type { Trainer } from '../../training/trainer';
import { formatCount } from '../../wording/format-number';
import type { RunParts } from './run-parts';

/** The history of a run of which no step is taken. */
export function newHistory(
  { run, name, out }: TrainRequest,
  { opened, plan }: RunParts,
  trainer: Trainer,
  tracker: Tracker | undefined,
): History {
  const { model, modelSha256, dataset, data, loss, rows, validation, notes } = opened;
  const perEpoch = stepsPerEpoch(plan);
  const inPieces =
    trainer.pieceRows < plan.batchSize && trainer.hasStatistics
      ? [
          `A batch goes through in pieces of ${formatCount(trainer.pieceRows)} rows for want of memory: batch norm's statistics are those of a piece.`,
        ]
      : [];
  return {
    schemaVersion: 1,
    kind: 'training',
    status: 'running',
    createdAt: new Date().toISOString(),
    name,
    out,
    run: { ...run },
    model: {
      name: model.name,
      parameters: parametersOf(model).dimension,
      ...(modelSha256 ? { sha256: modelSha256 } : {}),
    },
    data: {
      path: dataset.path,
      sha256: dataset.sha256,
      trainRows: rows.length,
      validationRows: validation.length,
      testRows: data.test?.rows ?? 0,
    },
    loss: loss.spec.name,
    backend: trainer.opened.backend,
    precision: trainer.opened.precision,
    versions: { landscape: VERSION, node: process.versions.node, ...trainer.opened.versions },
    stepsPerEpoch: perEpoch,
    totalSteps: run.steps ?? run.epochs! * perEpoch,
    batchLoss: [],
    epochs: [],
    curvature: [],
    notes: [...notes, ...(tracker?.notes ?? []), ...inPieces],
    seconds: 0,
  };
}
