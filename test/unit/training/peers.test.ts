import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { lossSpec } from '../../../src/network/loss-spec';
import { perRowLoss } from '../../../src/network/losses';
import { parametersOf } from '../../../src/objective/programs/parameter-space';
import { optimizerSchema } from '../../../src/contract/optimizer-settings';
import { createOptimizer } from '../../../src/training/optimizers/create';
import { type StepFacts, stepScalars } from '../../../src/training/step-program';
import { corpus } from '../../support/corpus';
import type { OptimizerCase } from '../../support/optimizer-cases';
import { denseModel, rowsOf } from '../../support/dense-model';
import { trainerOf } from '../../support/small-training';

const { problem, cases } = JSON.parse(readFileSync(corpus('training', 'optimizers.json'), 'utf8')) as {
  problem: { x: number[][]; y: number[][]; start: number[]; steps: number };
  cases: OptimizerCase[];
};
const [width, outputs] = [problem.x[0].length, problem.y[0].length];
const data = rowsOf(Float64Array.from(problem.x.flat()), width, problem.y.flat(), [outputs]);
const model = denseModel([width, 4, outputs]);

function factsOf({ settings: given, around, clip }: OptimizerCase): StepFacts {
  const settings = optimizerSchema.parse({ ...given, ...(around ? { sharpnessAware: around } : {}) });
  const spec = lossSpec('mean-squared-error');
  return {
    model,
    head: {
      labelShape: [outputs],
      labelDtype: 'float',
      perRow: (output, labels) => perRowLoss(output, labels, spec),
      convexInput: (output) => output,
    },
    parameters: parametersOf(model).blocks,
    statistics: [],
    optimizer: createOptimizer(settings),
    settings,
    regularization: {
      ...(clip?.norm === undefined ? {} : { clipNorm: clip.norm }),
      ...(clip?.value === undefined ? {} : { clipValue: clip.value }),
    },
  };
}

void describe('50 steps of the training lane end where the peer ends', () => {
  for (const one of cases)
    void it(JSON.stringify({ ...one.settings, ...one.around, clip: one.clip }), async () => {
      const facts = factsOf(one);
      const trainer = await trainerOf(facts, data, { batchSize: data.rows });
      await trainer.restore({ theta: Float64Array.from(problem.start) });
      const rate = one.settings.learningRate ?? facts.optimizer.defaultLearningRate;
      await trainer.steps(0, problem.steps, (step) => stepScalars(facts, step, one.rates?.[step] ?? rate));
      const { theta } = await trainer.snapshot(['theta']);
      const error = Math.max(...one.end.map((value, i) => Math.abs(theta[i] - value) / Math.abs(value)));
      assert.ok(error <= 1e-10, `parameters are off by ${error}`);
    });
});
