import type * as z from 'zod';
import { readPlainText } from '../files/plain-file';
import { UserError } from '../core/errors';
import { parseJsonText } from './json-text';
import { schemaMistakes } from './schema-mistakes';

/**
 * Reads a JSON file with comments that a person wrote, by its schema.
 * @throws UserError that names the file and every mistake in it, with its path there and what is allowed.
 */
export async function readChecked<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return parseChecked(await readPlainText(file), file, schema);
}

/** What a text holds by a schema; `file` is for messages. Throws as {@link readChecked}. */
export function parseChecked<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const document = parseJsonText(text, file);
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new UserError(
    `${file} is not right: ${schemaMistakes(schema, document, parsed.error.issues).join('; ')}.`,
  );
}
