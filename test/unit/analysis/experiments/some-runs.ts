import {
  type ExperimentFile,
  type ExperimentRun,
  experimentFileSchema,
} from '../../../../src/contract/experiment';

/** A run that came to its end with these figures. */
export function aRun(
  labels: Record<string, string>,
  seed: number,
  figures: Record<string, number>,
  status: ExperimentRun['status'] = 'done',
): ExperimentRun {
  const label = Object.values(labels).join(', ');
  return {
    label,
    labels,
    seed,
    folder: `${label}_seed-${seed}`,
    status,
    figures: Object.fromEntries(
      Object.entries(figures).map(([id, value]) => [id, { value, standardError: null }]),
    ),
  };
}

/** An experiment of two batch sizes. */
export const anExperiment = (more: Record<string, unknown> = {}): ExperimentFile =>
  experimentFileSchema.parse({
    title: 'Batch sizes',
    question: 'Do large batches end in sharp minima?',
    run: { data: 'mnist.npz', model: { kind: 'mlp', hidden: [8] }, epochs: 2 },
    vary: [
      {
        key: 'batchSize',
        label: 'batch',
        values: [
          { label: 'small', value: 32 },
          { label: 'large', value: 800 },
        ],
      },
    ],
    ...more,
  });
