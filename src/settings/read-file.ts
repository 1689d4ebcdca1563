import { readFile } from 'node:fs/promises';
import { type ParseError, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import type * as z from 'zod';
import { UserError, messageOf } from '../shared/errors';

/**
 * Reads a JSON file with comments that a person wrote, by its schema.
 * @throws UserError that names the file and every mistake in it by its path.
 */
export async function readChecked<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(
      `${file} could not be read: ${messageOf(error)}. Check the path and its permissions.`,
    );
  });
  const errors: ParseError[] = [];
  const tree = parseTree(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined || tree === undefined) {
    const line = text.slice(0, first?.offset ?? 0).split('\n').length;
    const what = first === undefined ? 'the file is empty' : printParseErrorCode(first.error);
    throw new UserError(`${file} is not valid JSON: line ${line}: ${what}.`);
  }
  const parsed = schema.safeParse(getNodeValue(tree));
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new UserError(`${file} is not right: ${mistakes.join('; ')}.`);
}
