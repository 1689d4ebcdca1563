/**
 * The words that settings, reports and documents are made of. Apart from the schemas, so that a page that only names
 * things needs no validation.
 */

/** How names of files end that hold a network with its weights. The menus of package.json say the same, and a test that they do. */
export const NETWORK_ENDINGS = ['keras', 'h5', 'hdf5', 'onnx', 'pt2'] as const;

/** The same of PyTorch's weights alone; `pytorch_model.bin` and its like are known by more than their endings. */
export const WEIGHTS_ENDINGS = ['pt', 'pth', 'pth.tar', 'ckpt', 'safetensors'] as const;

export const BACKENDS = [
  'auto',
  'onnxruntime',
  'webgpu',
  'cuda',
  'tensorflow',
  'wasm',
  'cpu',
  'reference',
] as const;

export const OPERATORS = ['hessian', 'ggn', 'fisher', 'empirical-fisher'] as const;
export type OperatorName = (typeof OPERATORS)[number];

export const LOSSES = [
  'categorical-crossentropy',
  'binary-crossentropy',
  'mean-squared-error',
  'mean-absolute-error',
  'huber',
  'log-cosh',
  'mean-absolute-percentage-error',
  'mean-squared-logarithmic-error',
  'poisson',
  'kl-divergence',
  'cosine-similarity',
  'hinge',
  'squared-hinge',
  'categorical-hinge',
  'binary-focal-crossentropy',
  'categorical-focal-crossentropy',
  'categorical-generalized-crossentropy',
] as const;
export type LossName = (typeof LOSSES)[number];

/** What the outputs of a model are to a cross-entropy. */
export const OUTPUTS = ['logits', 'probabilities'] as const;
export type OutputsName = (typeof OUTPUTS)[number];

/** The version of the report's shape. A reader refuses a newer one and says so. */
export const SCHEMA_VERSION = 1;

/** What a measure's `settings.error` says where there is no error: nothing was estimated, and on other rows it is not known. */
export const EXACT_FOR_ROWS = 'exact for these rows';

/** What measures are held against. */
export const OUTCOMES = ['test-loss', 'test-accuracy', 'generalization-gap', 'train-loss'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Optimizers by name; `momentum` of `sgd` makes it the heavy ball, `nesterov` Nesterov's. */
export const OPTIMIZERS = ['sgd', 'adagrad', 'rmsprop', 'adam', 'adamw', 'lion'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

/** Whose semantics and defaults hold where PyTorch and Keras differ. */
export const CONVENTIONS = ['keras', 'pytorch'] as const;

/** What a report may suggest to do; whoever shows it may know how to do it. */
export const SUGGESTIONS = ['scale-inputs', 'include-penalties', 'check-data'] as const;

/** Whether the penalties of a model's regularizers are part of the loss that is measured. */
export const PENALTIES = ['left-out', 'included'] as const;
export type PenaltyName = (typeof PENALTIES)[number];

/** Planes through parameter space that a picture of the landscape can show. */
export const PLANES = ['eigenvectors', 'random', 'gradient', 'checkpoints', 'path'] as const;
export type PlaneName = (typeof PLANES)[number];

/** How the levels of such a picture follow one another. */
export const SCALES = ['linear', 'logarithmic'] as const;

/** What can be known of a checkpoint of a run that is watched. */
export const WATCH_STATUSES = ['waiting', 'measured', 'copy', 'not-a-number', 'failed', 'gone'] as const;
export type WatchStatus = (typeof WATCH_STATUSES)[number];

/** What is noteworthy in a run that is watched. */
export const WATCH_EVENTS = ['crosses-above', 'crosses-below', 'negative-curvature', 'not-a-number'] as const;
