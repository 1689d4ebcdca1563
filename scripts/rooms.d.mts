import type { Rule } from 'eslint';

export const arrows: Record<string, string[]>;
export const packageHomes: Record<string, string[]>;
export function objection(file: string, specifier: string, typesOnly?: boolean): string | undefined;
export const rooms: Rule.RuleModule;
