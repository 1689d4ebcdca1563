import { add, matmul, tanh } from '../../src/autodiff/operations';
import { lossSpec } from '../../src/network/loss-spec';
import { convexInput, perRowLoss } from '../../src/network/losses';
import type { Model, ModelTensor } from '../../src/network/model';
import { type Split, NO_SCALING } from '../../src/objective/data/split';
import { Objective, type ObjectiveOptions } from '../../src/objective/evaluation/objective';
import { random } from '../../src/core/random';
import type { LossName } from '../../src/contract/vocabulary';

/** Dense layers with tanh (or another function) between them and seeded weights; `bias: false` leaves the biases out. */
export function denseModel(
  sizes: readonly number[],
  {
    bias = true,
    linear = false,
    activation = tanh,
    weights,
  }: {
    bias?: boolean;
    linear?: boolean;
    activation?: typeof tanh;
    weights?: readonly Float64Array[];
  } = {},
): Model {
  const stream = random(3);
  const normals = (count: number, scale: number) =>
    Float64Array.from({ length: count }, () => scale * stream.normal());
  const tensors = sizes.slice(1).flatMap((out, i): ModelTensor[] => {
    const layer = `dense_${i}`;
    const kernel: ModelTensor = {
      name: `${layer}/kernel`,
      layer,
      shape: [sizes[i], out],
      role: 'kernel',
      trainable: true,
      filterAxis: 1,
      data: weights?.[i] ?? normals(sizes[i] * out, 1 / Math.sqrt(sizes[i])),
    };
    const shift: ModelTensor = {
      name: `${layer}/bias`,
      layer,
      shape: [out],
      role: 'bias',
      trainable: true,
      data: normals(out, 0.1),
    };
    return bias ? [kernel, shift] : [kernel];
  });
  return {
    name: 'dense',
    inputs: [{ name: 'x', shape: [sizes[0]], dtype: 'float' }],
    tensors,
    outputShape: [sizes[sizes.length - 1]],
    apply: (_graph, nodes, [x]) => {
      const layers = sizes.length - 1;
      let y = x;
      for (let i = 0; i < layers; i++) {
        y = matmul(y, nodes.get(`dense_${i}/kernel`)!);
        const shift = nodes.get(`dense_${i}/bias`);
        if (shift) y = add(y, shift);
        if (!linear && i < layers - 1) y = activation(y);
      }
      return [y];
    },
    layers: [],
    compiledLoss: undefined,
    layout: undefined,
    notes: [],
  };
}

/** Rows of normal inputs with the given labels. */
export function rowsOf(
  inputs: Float64Array,
  width: number,
  labels: ArrayLike<number>,
  labelShape: number[],
): Split {
  return {
    rows: inputs.length / width,
    inputs: [{ shape: [width], data: inputs }],
    labels: { shape: labelShape, data: labels },
  };
}

/** An objective computed in this process. */
export function objectiveOf(
  model: Model,
  train: Split,
  loss: LossName,
  more: Partial<ObjectiveOptions> = {},
): Promise<Objective> {
  const spec = lossSpec(loss);
  const classes = train.labels.shape.length === 0 && loss === 'categorical-crossentropy';
  return Objective.create({
    model,
    head: {
      labelShape: train.labels.shape,
      labelDtype: classes ? 'int32' : 'float',
      perRow: (output, labels) => perRowLoss(output, labels, spec),
      convexInput: (output) => convexInput(output, spec),
    },
    train,
    trainRows: Int32Array.from({ length: train.rows }, (_, i) => i),
    scaling: NO_SCALING,
    rearrangement: undefined,
    backend: 'reference',
    local: true,
    ...more,
  });
}

/** The Hessian column by column, as rows. */
export async function denseHessian(objective: Objective): Promise<Float64Array[]> {
  const { dimension } = objective.parameters;
  const units = Array.from({ length: dimension }, (_, i) => {
    const unit = new Float64Array(dimension);
    unit[i] = 1;
    return unit;
  });
  return objective.hvp(objective.origin, units);
}
