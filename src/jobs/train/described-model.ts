import { type BuiltInFacts, builtInModel } from '../../formats/built-in/built-in-model';
import type { KerasCheckpoint } from '../../formats/checkpoints/keras/description';
import type { Dataset, DatasetSplit } from '../../formats/datasets/dataset';
import { type OpenedModel, buildModel } from '../../formats/model';
import { UserError } from '../../core/errors';
import type { ModelDescription, RunFile } from '../../contract/run-file';
import type { LossName } from '../../contract/vocabulary';
import { sizeOf } from '../../core/size-of';

/** The network that a run file describes, made for its data: it begins as Keras would begin it, by the run's seed. */
export function describedModel(
  run: RunFile,
  description: ModelDescription,
  dataset: Dataset,
  name: string,
): { model: OpenedModel['model']; checkpoint: KerasCheckpoint } {
  const { train, test } = dataset;
  if (train.inputs.length !== 1)
    throw new UserError(
      `${name}: the data hold ${train.inputs.length} input arrays, but a network described under "model" takes one: give a model file.`,
    );
  const [{ shape, data }] = train.inputs;
  const row = shape.slice(1);
  const { dropout } = run.regularization;
  const checkpoint = builtInModel(description, {
    // Such networks are channels last; the rows are turned where the settings say that they are not.
    inputShape: run.input?.layout === 'NCHW' && row.length > 2 ? [...row.slice(1), row[0]] : row,
    inputDtype: isFloats(data) ? 'float' : 'int32',
    ...outputOf([train, ...(test ? [test] : [])], run.loss, name),
    seed: run.seed,
    file: name,
    ...(dropout === undefined ? {} : { dropout }),
  });
  return { model: buildModel(checkpoint), checkpoint };
}

const isFloats = (data: ArrayLike<number>): boolean =>
  data instanceof Float32Array || data instanceof Float64Array;

type Output = Pick<BuiltInFacts, 'outputs' | 'outputActivation' | 'loss'>;

/** What the network must give, by the labels and the loss asked for. */
function outputOf(splits: readonly DatasetSplit[], asked: LossName | undefined, name: string): Output {
  const { shape } = splits[0].labels;
  const width = sizeOf(shape.slice(1));
  const classes = width === 1 ? classesOf(splits) : undefined;
  if (asked === undefined) {
    if (classes === 2) return { outputs: 1, outputActivation: 'sigmoid', loss: 'binary-crossentropy' };
    if (classes !== undefined && !isFloats(splits[0].labels.data))
      return { outputs: classes, outputActivation: 'softmax', loss: 'categorical-crossentropy' };
    if (isOneHot(splits, width))
      return { outputs: width, outputActivation: 'softmax', loss: 'categorical-crossentropy' };
    return { outputs: width, outputActivation: 'linear', loss: 'mean-squared-error' };
  }
  if (asked.startsWith('categorical')) {
    if (width === 1 && classes === undefined)
      throw new UserError(`${name}: ${asked} needs labels that are classes, whole numbers from 0.`);
    const outputs = width === 1 ? classes! : width;
    return { outputs, outputActivation: asked === 'categorical-hinge' ? 'linear' : 'softmax', loss: asked };
  }
  if (asked.startsWith('binary')) return { outputs: width, outputActivation: 'sigmoid', loss: asked };
  const outputActivation = asked === 'kl-divergence' ? 'softmax' : 'linear';
  return { outputs: width, outputActivation, loss: asked };
}

/** How many classes the labels count, from 0; undefined where they are no classes. */
function classesOf(splits: readonly DatasetSplit[]): number | undefined {
  let largest = 0;
  for (const { labels } of splits)
    for (let i = 0; i < labels.data.length; i++) {
      const label = labels.data[i];
      if (!Number.isInteger(label) || label < 0) return undefined;
      largest = Math.max(largest, label);
    }
  return largest + 1;
}

function isOneHot(splits: readonly DatasetSplit[], width: number): boolean {
  if (width < 2) return false;
  return splits.every(({ labels: { data }, rows }) => {
    for (let row = 0; row < rows; row++) {
      let ones = 0;
      for (let i = row * width; i < (row + 1) * width; i++) {
        if (data[i] !== 0 && data[i] !== 1) return false;
        ones += data[i];
      }
      if (ones !== 1) return false;
    }
    return true;
  });
}
