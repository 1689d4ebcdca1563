import type { KerasCheckpoint } from '../keras/description';
import { record } from '../keras/serialized';
import { convertedModel } from './keras2-config';
import { pythonJson } from './python-json';

/** The version of Keras whose files this code was compared with. */
export const KERAS_VERSION = '3.15.1';

const isOfKeras3 = ({ format, kerasVersion }: KerasCheckpoint) =>
  format === 'keras' && (kerasVersion ?? '').startsWith('3');

/** Whether the file's configuration goes into a new file as it is. */
export const isKept = (checkpoint: KerasCheckpoint) =>
  isOfKeras3(checkpoint) && checkpoint.configText !== undefined;

/** The version to name in the file: the checkpoint's own where it is a `.keras` of Keras 3. */
export function writtenVersion(checkpoint: KerasCheckpoint): string {
  return (isOfKeras3(checkpoint) && checkpoint.kerasVersion) || KERAS_VERSION;
}

/**
 * The `config.json` that Keras 3 loads: the checkpoint's own where it is one, else the same model in Keras 3's words.
 * @throws UserError when an older model holds what Keras 3 computes otherwise or does not know.
 */
export function keras3ConfigText(checkpoint: KerasCheckpoint): string {
  if (isKept(checkpoint)) return checkpoint.configText!;
  if (isOfKeras3(checkpoint)) return pythonJson(checkpoint.config);
  const compiled = compileConfig(checkpoint.compiledLoss);
  return pythonJson({ ...convertedModel(checkpoint), ...(compiled && { compile_config: compiled }) });
}

/**
 * What Keras compiles the model with when it loads it: the loss, and plain gradient descent ({@link FRESH_OPTIMIZER}).
 * Undefined when there is no loss that Keras 3 knows by this name.
 */
export function compileConfig(loss: unknown): Record<string, unknown> | undefined {
  const stored = kerasLoss(loss);
  if (stored === undefined) return undefined;
  return {
    optimizer: {
      module: 'keras.optimizers',
      class_name: 'SGD',
      config: { name: 'sgd', learning_rate: RATE, momentum: 0, nesterov: false },
      registered_name: null,
    },
    loss: stored,
    loss_weights: null,
    metrics: null,
    weighted_metrics: null,
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

const RATE = 0.01;

/** The state of that gradient descent before its first step: steps done and rate. */
export const FRESH_OPTIMIZER = { name: 'sgd', state: [0, RATE] };

/** Keras 3's losses in the names that all versions share. */
const LOSSES =
  /^(sparse_categorical_crossentropy|categorical_crossentropy|binary_crossentropy|mean_squared_error|mse|mean_absolute_error|mae|mean_absolute_percentage_error|mape|mean_squared_logarithmic_error|msle|hinge|squared_hinge|categorical_hinge|poisson|huber|log_cosh|kl_divergence|cosine_similarity)$/;
const LOSS_CLASSES =
  /^(SparseCategoricalCrossentropy|CategoricalCrossentropy|BinaryCrossentropy|MeanSquaredError|MeanAbsoluteError|MeanAbsolutePercentageError|MeanSquaredLogarithmicError|Hinge|SquaredHinge|CategoricalHinge|Poisson|Huber|LogCosh|KLDivergence|CosineSimilarity|BinaryFocalCrossentropy|CategoricalFocalCrossentropy|CategoricalGeneralizedCrossEntropy)$/;
/** Settings of losses that shape their values. */
const LOSS_SETTINGS = [
  'from_logits',
  'label_smoothing',
  'ignore_class',
  'delta',
  'gamma',
  'alpha',
  'apply_class_balancing',
  'q',
];

function kerasLoss(loss: unknown): unknown {
  if (typeof loss === 'string') {
    // TensorFlow.js writes them in its own case.
    const name = loss.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
    return LOSSES.test(name) ? name : undefined;
  }
  const { class_name: className, config } = record(loss);
  if (typeof className !== 'string' || !LOSS_CLASSES.test(className)) return undefined;
  const given = Object.entries(record(config)).filter(
    ([key, value]) => LOSS_SETTINGS.includes(key) && value !== null,
  );
  return {
    module: 'keras.losses',
    class_name: className,
    config: Object.fromEntries(given),
    registered_name: null,
  };
}
