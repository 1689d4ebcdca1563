import { z } from 'zod';
import { UserError } from '../../../core/errors';

/** A Keras object as JSON: a class by name with its configuration, in the forms of versions 2 and 3. */
export const serializedObject = z.object({
  class_name: z.string(),
  config: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  module: z.string().nullish(),
  registered_name: z.string().nullish(),
  name: z.string().nullish(),
  inbound_nodes: z.array(z.unknown()).nullish(),
});

export type SerializedObject = z.infer<typeof serializedObject>;

/** What a Functional configuration has beyond any layer's; inputs and outputs are one reference, a list or a record. */
export const functionalConfig = z.object({
  layers: z.array(serializedObject),
  input_layers: z.unknown(),
  output_layers: z.unknown(),
});

/** A reference as every version writes it: layer, call, output. */
export const historyTriple = z.tuple([z.string(), z.int().nonnegative(), z.int().nonnegative()]);

/** Keras 3's serialized tensor. */
export const kerasTensor = z.object({
  class_name: z.literal('__keras_tensor__'),
  config: z.object({ keras_history: historyTriple }),
});

/** Keras 3's serialized call. */
export const callNode = z.object({
  args: z.array(z.unknown()),
  kwargs: z.record(z.string(), z.unknown()).nullish(),
});

/** Parses with one sentence instead of a list of issues: the file is damaged, or of a version with other habits. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  file: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const place = path.length > 0 ? ` at ${path.join('.')}` : '';
  throw new UserError(`${file} holds a model description that cannot be understood${place} (${message}).`);
}

/** `value` if it is a plain JSON object, else an empty one. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
