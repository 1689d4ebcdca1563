import type { OptimizerSettings } from '../../src/contract/optimizer-settings';

/** What PyTorch and Keras made of one problem in 50 steps: `test/corpus/make` holds the script. */
export interface OptimizerCase {
  readonly settings: Partial<OptimizerSettings>;
  readonly rates?: readonly number[];
  readonly around?: NonNullable<OptimizerSettings['sharpnessAware']>;
  readonly clip?: { readonly norm?: number; readonly value?: number };
  readonly end: readonly number[];
  readonly preconditioner?: readonly number[];
}
