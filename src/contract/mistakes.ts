import type * as z from 'zod';

/** One thing that is wrong with a document: where, and what is allowed there. */
export interface Mistake {
  /** Dotted; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** For checks over several keys: they speak although other keys are wrong, so that all mistakes are told at once. */
export const always: { readonly when: (payload: { readonly value: unknown }) => boolean } = {
  when: ({ value }) => typeof value === 'object' && value !== null,
};

/** Every mistake of a document that a schema refused; of a union, those of the branch that comes nearest. */
export function mistakesOf(issues: readonly z.core.$ZodIssue[], at: readonly string[] = []): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    const path = [...at, ...issue.path.map(String)];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'no such key here' }));
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const branches = issue.errors.map((errors) => mistakesOf(errors, path));
      const depth = (mistakes: readonly Mistake[]) =>
        Math.max(...mistakes.map((mistake) => mistake.path.split('.').length));
      return branches.reduce((best, each) => (depth(each) > depth(best) ? each : best));
    }
    const message = issue.message.replace(/^Invalid input: /, '');
    return [
      { path: path.join('.'), message: message.replace(/^expected .*, received undefined$/, 'missing') },
    ];
  });
}

/** Mistakes in one sentence's worth of words, each named once. */
export const mistakeText = (mistakes: readonly Mistake[]): string =>
  [...new Set(mistakes.map(({ path, message }) => (path ? `"${path}": ${message}` : message)))].join('; ');
