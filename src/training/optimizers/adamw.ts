import type { OptimizerSettings } from '../../contract/optimizer-settings';
import { adam } from './adam';
import type { Optimizer } from './optimizer';

/** Adam whose weight decay, by default .004 in Keras and .01 in PyTorch, stays out of the gradient. */
export function adamw(settings: OptimizerSettings): Optimizer {
  return adam(settings, settings.weightDecay ?? (settings.convention === 'keras' ? 0.004 : 0.01));
}
