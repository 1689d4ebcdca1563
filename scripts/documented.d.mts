import type { Rule } from 'eslint';

export const documented: Rule.RuleModule;
