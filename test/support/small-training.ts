import { builtInModel } from '../../src/formats/built-in/built-in-model';
import { buildModel } from '../../src/formats/model';
import type { Model } from '../../src/network/model';
import { lossSpec } from '../../src/network/loss-spec';
import { perRowLoss, convexInput } from '../../src/network/losses';
import { NO_SCALING, type Split } from '../../src/objective/data/split';
import { parametersOf, stateOf } from '../../src/objective/programs/parameter-space';
import type { LossHead } from '../../src/objective/programs/programs';
import { random } from '../../src/core/random';
import type { OptimizerSettings } from '../../src/contract/optimizer-settings';
import type { ModelDescription, Regularization } from '../../src/contract/run-file';
import { optimizerSchema } from '../../src/contract/optimizer-settings';
import { createOptimizer } from '../../src/training/optimizers/create';
import type { StepFacts } from '../../src/training/step-program';
import { Trainer, type TrainerOptions } from '../../src/training/trainer';

export const WIDTH = 3;
export const CLASSES = 3;

/** A small network of the built-in kinds on rows of three numbers and three classes. */
export function smallModel(description: ModelDescription): Model {
  return buildModel(
    builtInModel(description, {
      inputShape: [WIDTH],
      inputDtype: 'float',
      outputs: CLASSES,
      outputActivation: 'softmax',
      loss: 'categorical-crossentropy',
      seed: 3,
    }),
  );
}

/** Rows of normal numbers whose class is where they are largest. */
export function smallData(rows: number, seed = 5): Split {
  const stream = random(seed);
  const data = Float64Array.from({ length: rows * WIDTH }, () => stream.normal());
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const own = data.subarray(row * WIDTH, (row + 1) * WIDTH);
    return own.indexOf(Math.max(...own));
  });
  return { rows, inputs: [{ shape: [WIDTH], data }], labels: { shape: [], data: labels } };
}

export const crossEntropyHead: LossHead = {
  labelShape: [],
  labelDtype: 'int32',
  perRow: (output, labels) => perRowLoss(output, labels, lossSpec('categorical-crossentropy')),
  convexInput: (output) => convexInput(output, lossSpec('categorical-crossentropy')),
};

export function factsOf(
  model: Model,
  optimizer: Partial<OptimizerSettings> = {},
  regularization: Regularization = {},
): StepFacts {
  const settings = optimizerSchema.parse(optimizer);
  return {
    model,
    head: crossEntropyHead,
    parameters: parametersOf(model).blocks,
    statistics: stateOf(model).blocks,
    optimizer: createOptimizer(settings),
    settings,
    regularization,
  };
}

/** A trainer in this process, in float64, at its start. */
export async function trainerOf(
  facts: StepFacts,
  train: Split,
  plan: { batchSize: number; accumulate?: number },
  more: Partial<TrainerOptions> = {},
): Promise<Trainer> {
  const trainer = await Trainer.create({
    facts,
    train,
    rows: Int32Array.from({ length: train.rows }, (_, i) => i),
    scaling: NO_SCALING,
    rearrangement: undefined,
    plan: { rows: train.rows, batchSize: plan.batchSize, accumulate: plan.accumulate ?? 1 },
    seed: 1,
    backend: 'reference',
    local: true,
    ...more,
  });
  await trainer.restore(trainer.start());
  return trainer;
}
