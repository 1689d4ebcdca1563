import type { Node } from '../autodiff/graph';
import { type Shape, shapeText } from '../autodiff/shape';
import { sizeOf } from '../core/size-of';
import { UserError } from '../core/errors';
import { ownClassName } from './class-origin';
import { LOSSES, type LossName } from '../contract/vocabulary';
import { type LossSpec, lossSpec } from './loss-spec';
import { logitsOf } from './softmax';

/** What a look at the labels of a model with this output shows. */
export interface LabelFacts {
  /**
   * Whole numbers from 0, one where the output has a row of classes; shaped as the output, one 1 among zeros along the
   * classes, or nothing but 0 and 1; anything else.
   */
  readonly kind: 'indices' | 'one-hot' | 'zero-one' | 'real';
  readonly rowShape: Shape;
  /** Outputs for one prediction. */
  readonly classes: number;
}

/** The loss that output and labels suggest, with the reason as a sentence for the report. */
export function inferLoss(output: Node, labels: LabelFacts): { spec: LossSpec; reason: string } {
  const made = logitsOf(output);
  const { kind, rowShape, classes } = labels;
  const because = (name: LossName, reason: string) => ({ spec: lossSpec(name), reason });
  if (made?.kind === 'softmax') return because('categorical-crossentropy', 'The model ends in a softmax.');
  if (made?.kind === 'sigmoid') return because('binary-crossentropy', 'The model ends in a sigmoid.');
  if (kind === 'indices')
    return because(
      'categorical-crossentropy',
      `The labels are class indices and the model has ${classes} outputs.`,
    );
  if (kind === 'one-hot') return because('categorical-crossentropy', 'The labels are one-hot.');
  if (kind === 'zero-one')
    return because(
      'binary-crossentropy',
      sizeOf(rowShape) === 1
        ? 'The labels are 0 or 1 and the model has one output.'
        : `The labels are 0 or 1 for each of the outputs, several of them 1 in a row.`,
    );
  return because('mean-squared-error', `The labels are numbers, ${shapeText(rowShape)} a row.`);
}

/** Keras' losses by name, case and underscores aside; the same in versions 2 and 3 and in TensorFlow.js. */
const names: ReadonlyMap<string, LossName> = new Map(
  Object.entries<LossName>({
    categoricalcrossentropy: 'categorical-crossentropy',
    sparsecategoricalcrossentropy: 'categorical-crossentropy',
    binarycrossentropy: 'binary-crossentropy',
    meansquarederror: 'mean-squared-error',
    mse: 'mean-squared-error',
    meanabsoluteerror: 'mean-absolute-error',
    mae: 'mean-absolute-error',
    huber: 'huber',
    huberloss: 'huber',
    logcosh: 'log-cosh',
    meanabsolutepercentageerror: 'mean-absolute-percentage-error',
    mape: 'mean-absolute-percentage-error',
    meansquaredlogarithmicerror: 'mean-squared-logarithmic-error',
    msle: 'mean-squared-logarithmic-error',
    poisson: 'poisson',
    kldivergence: 'kl-divergence',
    kullbackleiblerdivergence: 'kl-divergence',
    kld: 'kl-divergence',
    cosinesimilarity: 'cosine-similarity',
    hinge: 'hinge',
    squaredhinge: 'squared-hinge',
    categoricalhinge: 'categorical-hinge',
    binaryfocalcrossentropy: 'binary-focal-crossentropy',
    categoricalfocalcrossentropy: 'categorical-focal-crossentropy',
    categoricalgeneralizedcrossentropy: 'categorical-generalized-crossentropy',
  }),
);

/** Losses of Keras that are refused for what they are. */
const refused: Readonly<Record<string, string>> = {
  dice: 'is a quotient of sums over a whole batch and no mean over rows',
  tversky: 'is a quotient of sums over a whole batch and no mean over rows',
  circle: 'compares the rows of a batch with one another',
  ctc: 'sums over alignments of sequences, which is not supported',
};

/** What a stored loss leaves open, or does that a mean over rows does not, as sentences for the report. */
export function lossNotes(stored: unknown): string[] {
  const { class_name: className, config } = (stored ?? {}) as { class_name?: unknown; config?: unknown };
  const { reduction, delta, ignore_class: ignored } = (config ?? {}) as Readonly<Record<string, unknown>>;
  const isOther = reduction === 'sum' || reduction === 'none';
  return [
    ...(typeof ignored === 'number'
      ? [
          `Loss and accuracy skip the steps of class ${ignored}, as compiled: they are means over each row's other steps, every row weighing the same (Keras averages over the steps of a whole batch).`,
        ]
      : []),
    ...(isOther
      ? [`The checkpoint's loss was compiled with reduction "${reduction}"; here it is the mean over rows.`]
      : []),
    ...(className === 'function' && typeof config === 'string'
      ? [
          `The checkpoint names its loss only as a function, ${config}: it is taken for Keras' own of that name.`,
        ]
      : []),
    ...(className === 'Huber' && delta === undefined
      ? ["Keras does not store Huber's delta; it is taken as 1."]
      : []),
  ];
}

/**
 * The loss of a compile configuration as Keras 2, Keras 3 and TensorFlow.js store it: a name, an object, or a list or
 * dictionary with one of these. `undefined` when there is none. Throws a UserError for losses that are not supported.
 */
export function lossFromCompiled(stored: unknown): LossSpec | undefined {
  if (stored === null || stored === undefined) return undefined;
  if (typeof stored === 'string') return named(stored, {});
  if (Array.isArray(stored)) return single(stored);
  if (typeof stored !== 'object') throw unsupported(JSON.stringify(stored));
  const fields = stored as Record<string, unknown>;
  const own = ownClassName(fields);
  if (own !== undefined) throw ownLoss(own);
  const className = fields.class_name;
  if (typeof className !== 'string') return single(Object.values(fields));
  // A function is stored as { class_name: 'function', config: its name }.
  if (typeof fields.config === 'string') {
    // Keras' functions bear their full names: `mse` is its abbreviation, and as a function somebody else's.
    if (fields.config.includes('>') || ABBREVIATIONS.has(fields.config)) throw ownLoss(fields.config);
    return named(fields.config, {});
  }
  return named(className, (fields.config ?? {}) as Record<string, unknown>);
}

function single(entries: readonly unknown[]): LossSpec | undefined {
  if (entries.length > 1)
    throw new UserError(
      'the checkpoint was compiled with several losses; choose one with the setting "loss".',
    );
  return lossFromCompiled(entries[0]);
}

function named(stored: string, config: Readonly<Record<string, unknown>>): LossSpec {
  const plain = (text: string) => text.replace(/[^a-z0-9]/gi, '').toLowerCase();
  const own = plain(stored);
  // Keras 2 may wrap a function in a class of its own and name it in the configuration.
  const name =
    names.get(own) ?? (own === 'lossfunctionwrapper' ? names.get(plain(text(config.name))) : undefined);
  if (Object.hasOwn(refused, own))
    throw new UserError(
      `the checkpoint's compiled loss "${stored}" ${refused[own]}; choose one of ${LOSSES.join(', ')} with the setting "loss".`,
    );
  if (!name) throw unsupported(stored);
  const { axis = -1, alpha } = config;
  if (axis !== -1) throw unsupported(`${stored} along axis ${JSON.stringify(axis)}`);
  return lossSpec(name, {
    fromLogits: config.from_logits === true,
    labelSmoothing: typeof config.label_smoothing === 'number' ? config.label_smoothing : 0,
    delta: typeof config.delta === 'number' ? config.delta : 1,
    gamma: typeof config.gamma === 'number' ? config.gamma : 2,
    alpha: typeof alpha === 'number' || Array.isArray(alpha) ? (alpha as number | number[]) : 0.25,
    balanced: config.apply_class_balancing === true,
    q: typeof config.q === 'number' ? config.q : 0.5,
    ignoreClass: typeof config.ignore_class === 'number' ? config.ignore_class : undefined,
  });
}

const ABBREVIATIONS: ReadonlySet<string> = new Set(
  ['mse', 'mae', 'mape', 'msle', 'kld', 'bce'].flatMap((name) => [name, name.toUpperCase()]),
);

function ownLoss(name: string): UserError {
  return new UserError(
    `the checkpoint was compiled with a loss of one's own (${name}), which exists as Python code only; choose one of ${LOSSES.join(', ')} with the setting "loss".`,
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function unsupported(loss: string): UserError {
  return new UserError(
    `the checkpoint's compiled loss "${loss}" is not supported; choose one of ${LOSSES.join(', ')} with the setting "loss".`,
  );
}
