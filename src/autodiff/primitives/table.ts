import type { Op } from '../graph';
import { arrangementRules } from './arrangement-rules';
import { convolutionRules } from './convolution';
import { elementwiseRules } from './elementwise';
import { lookupRules } from './lookup';
import { matmulRules } from './matmul';
import { poolingRules } from './pooling';
import { reductionRules } from './reduction';
import { type Rule, constantRule } from './rule';

/** The derivative rule of every primitive: the compiler refuses a table with a row missing. */
export const rules: { readonly [O in Op]: Rule<O> } = {
  input: constantRule,
  fill: constantRule,
  constant: constantRule,
  ...elementwiseRules,
  ...arrangementRules,
  ...reductionRules,
  ...matmulRules,
  ...convolutionRules,
  ...poolingRules,
  ...lookupRules,
};
