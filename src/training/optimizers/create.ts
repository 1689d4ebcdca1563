import { UserError } from '../../shared/errors';
import type { OptimizerName, OptimizerSettings } from '../../shared/run-file';
import { adagrad } from './adagrad';
import { adam } from './adam';
import { adamw } from './adamw';
import { lion } from './lion';
import type { Optimizer } from './optimizer';
import { rmsprop } from './rmsprop';
import { sgd } from './sgd';

type Own = Exclude<
  keyof OptimizerSettings,
  'name' | 'learningRate' | 'convention' | 'sharpnessAware' | 'averaging'
>;

/** Each rule, and the settings it takes beside those that all take. */
const rules: Record<OptimizerName, { create(settings: OptimizerSettings): Optimizer; takes: Own[] }> = {
  sgd: { create: sgd, takes: ['momentum', 'nesterov', 'weightDecay'] },
  adagrad: { create: adagrad, takes: ['initialAccumulator', 'epsilon'] },
  rmsprop: { create: rmsprop, takes: ['rho', 'momentum', 'centered', 'epsilon'] },
  adam: { create: (settings) => adam(settings), takes: ['beta1', 'beta2', 'epsilon'] },
  adamw: { create: adamw, takes: ['beta1', 'beta2', 'epsilon', 'weightDecay'] },
  lion: { create: lion, takes: ['beta1', 'beta2', 'weightDecay'] },
};

/** Every key that belongs to some optimizers only; a new one that is missing here does not compile. */
const own: Record<Own, true> = {
  momentum: true,
  nesterov: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  rho: true,
  centered: true,
  initialAccumulator: true,
  weightDecay: true,
};

/** A setting that does not fit, by its path in the run file. */
export interface OptimizerMistake {
  readonly path: readonly ['optimizer', keyof OptimizerSettings];
  readonly message: string;
}

/** What of these settings does not belong to their optimizer. */
export function optimizerMistakes(settings: OptimizerSettings): OptimizerMistake[] {
  const { name } = settings;
  const { takes } = rules[name];
  const mistakes = (Object.keys(own) as Own[])
    .filter((key) => settings[key] !== undefined && !takes.includes(key))
    .map((key) => ({
      path: ['optimizer', key] as const,
      message: `${name} takes no ${key} (it takes ${takes.join(', ')})${advice(name, key)}`,
    }));
  if (name === 'sgd' && settings.nesterov === true && (settings.momentum ?? 0) === 0)
    mistakes.push({
      path: ['optimizer', 'nesterov'] as const,
      message: 'nesterov needs a momentum above 0, for example .9',
    });
  return mistakes;
}

function advice(name: OptimizerName, key: Own): string {
  if (key !== 'weightDecay') return '';
  return name === 'adam'
    ? '; use adamw, or regularization.l2 for decay inside the gradient'
    : '; use regularization.l2';
}

/**
 * The optimizer of a run file, every default filled in by its convention.
 * @throws UserError that names every setting that does not belong to it.
 */
export function createOptimizer(settings: OptimizerSettings): Optimizer {
  const mistakes = optimizerMistakes(settings);
  if (mistakes.length > 0)
    throw new UserError(
      `The optimizer is not right: ${mistakes.map(({ path, message }) => `"${path.join('.')}": ${message}`).join('; ')}.`,
    );
  return rules[settings.name].create(settings);
}
