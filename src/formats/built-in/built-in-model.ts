import type { Shape } from '../../autodiff/shape';
import { random } from '../../core/random';
import { sizeOf } from '../../core/size-of';
import { checkMemory } from '../../machine/memory';
import type { ModelDescription } from '../../contract/run-file';
import type { LossName } from '../../contract/vocabulary';
import type { KerasCheckpoint, StoredTensor } from '../checkpoints/keras/description';
import { readStructure } from '../checkpoints/keras/structure';
import { type Places, fillModel } from '../checkpoints/keras/weights';
import { compileConfig, KERAS_VERSION } from '../checkpoints/write/keras-config';
import { streams } from '../../core/random-streams';
import { type Part, type Weight, inKerasOrder } from './blueprint';
import { compiledLoss } from './compiled-loss';
import { cnn, residual } from './convolutional-networks';
import { mlp } from './dense-networks';
import { initialValues } from './initial-values';
import { dense, flatten, input } from './parts';
import { recurrent, transformer } from './sequence-networks';
import { modelConfig } from './serialize';

/** What a network made here must fit. */
export interface BuiltInFacts {
  /** Of one row. */
  readonly inputShape: Shape;
  /** What the data hold; only a network with a vocabulary takes them as indices. */
  readonly inputDtype: 'float' | 'int32';
  /** Classes, or numbers a row. */
  readonly outputs: number;
  readonly outputActivation: 'softmax' | 'sigmoid' | 'linear';
  readonly loss: LossName;
  readonly seed: number;
  /** The file that describes it, for what is said of it. */
  readonly file?: string;
  /** Instead of the description's own rate of dropout. */
  readonly dropout?: number;
}

/**
 * A network from its description, with the weights Keras would begin with (Glorot-uniform kernels, orthogonal recurrent
 * kernels, zero biases): a checkpoint like one that was read, ready to be built and to be saved as `.keras`. Each tensor
 * is drawn from a stream of its own.
 * @throws UserError when the rows do not suit the kind of network, or it needs more memory than there is.
 */
export function builtInModel(description: ModelDescription, facts: BuiltInFacts): KerasCheckpoint {
  const output = networkOf(description, facts);
  const loss = compiledLoss(facts.loss, facts.outputActivation);
  const config = modelConfig(output, description.kind, compileConfig(loss) ?? null);
  checkSize(output, facts.file);
  const structure = readStructure(config, `The built-in model "${description.kind}"`);
  let stream = streams.initialValues;
  const made = ({ name, shape, initial }: Weight): StoredTensor => ({
    name,
    shape,
    data: initialValues(initial, shape, random(facts.seed, stream++)),
  });
  const model = fillModel<Place>(structure, NOWHERE, placesOf(output), (_, { own }) => own.map(made));
  return { format: 'keras', kerasVersion: KERAS_VERSION, model, config, compiledLoss: loss, notes: [] };
}

/** Bytes that training takes a parameter: itself, its gradient, an optimizer's two numbers, and copies of the first. */
const HELD = 24;

/** A run file may ask for any number of units. */
function checkSize(output: Part, file = 'The settings'): void {
  const weights = inKerasOrder(output).flatMap((part) => [
    ...part.weights,
    ...Object.values(part.inner).flat(),
  ]);
  const count = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  checkMemory(HELD * count, `${file}: training the network under "model"`, 'make it smaller');
}

function networkOf(description: ModelDescription, facts: BuiltInFacts): Part {
  const takesIndices = 'vocabulary' in description && description.vocabulary !== undefined;
  const x = input(facts.inputShape, takesIndices ? 'int32' : 'float32');
  const rate = facts.dropout ?? ('dropout' in description ? description.dropout : undefined) ?? 0;
  return dense(bodyOf(description, x, rate), 'output', {
    units: facts.outputs,
    activation: facts.outputActivation,
  });
}

function bodyOf(description: ModelDescription, x: Part, rate: number): Part {
  switch (description.kind) {
    case 'perceptron':
      return flatten(x);
    case 'mlp':
      return mlp(x, description, rate);
    case 'cnn':
      return cnn(x, description, rate);
    case 'residual':
      return residual(x, description, rate);
    case 'recurrent':
      return recurrent(x, description, rate);
    case 'transformer':
      return transformer(x, description, rate);
  }
}

/** The weights to be made at a place of the model. */
interface Place {
  readonly own: readonly Weight[];
  readonly inner: Readonly<Record<string, readonly Weight[]>>;
}

const NOWHERE: Place = { own: [], inner: {} };

function placesOf(output: Part): Places<Place> {
  const parts = new Map(inKerasOrder(output).map((each) => [each.name, each]));
  return {
    child: ({ inner }, _, key) => ({ own: inner[key] ?? [], inner: {} }),
    layers: (_, { layers }) =>
      layers.map(({ name }) => {
        const { weights, inner } = parts.get(name)!;
        return { own: weights, inner };
      }),
  };
}
