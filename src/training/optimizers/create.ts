import type { OptimizerSettings } from '../../contract/optimizer-settings';
import type { OptimizerName } from '../../contract/vocabulary';
import { adagrad } from './adagrad';
import { adam } from './adam';
import { adamw } from './adamw';
import { lion } from './lion';
import type { Optimizer } from './optimizer';
import { rmsprop } from './rmsprop';
import { sgd } from './sgd';

const rules: Readonly<Record<OptimizerName, (settings: OptimizerSettings) => Optimizer>> = {
  sgd,
  adagrad,
  rmsprop,
  adam: (settings) => adam(settings),
  adamw,
  lion,
};

/** The optimizer of a run file, every default filled in by its convention. Its schema has seen that the settings fit. */
export const createOptimizer = (settings: OptimizerSettings): Optimizer => rules[settings.name](settings);
