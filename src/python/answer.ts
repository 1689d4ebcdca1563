import type * as z from 'zod';
import { UserError } from '../core/errors';

/** What any script of ours says of how it ended. */
export type Answer = { readonly ok: true } | { readonly ok: false; readonly error: string };

/**
 * What a script of ours answered in its last line.
 * @param ended what is known of its end, for a person.
 * @throws UserError that says what went wrong, where that is the answer or there is none
 */
export function answerOf<T extends Answer>(
  schema: z.ZodType<T>,
  text: string,
  { interpreter, code }: { readonly interpreter: string; readonly code: number | null | undefined },
): Extract<T, { readonly ok: true }> {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  const parsed = schema.safeParse(jsonOf(line));
  const data = parsed.success ? parsed.data : undefined;
  if (data?.ok) return data as Extract<T, { readonly ok: true }>;
  if (data) throw new UserError(oneLine(data.error));
  throw new UserError(
    `${interpreter} ended without an answer${code === null || code === undefined ? '' : ` (exit code ${code})`}: it has to be Python 3.9 or newer with the PyTorch that the network was trained with.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A sentence that ends as one; what Python says may have several lines. */
const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s*\n\s*/g, ' ').trim();
  return /[.!?…]$/.test(line) ? line : `${line}.`;
};
