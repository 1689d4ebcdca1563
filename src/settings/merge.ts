import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { type CompareRequest, compareRequestSchema } from '../contract/comparison';
import { UserError } from '../core/errors';
import {
  analyzeRequestSchema,
  interpolateRequestSchema,
  type AnalyzeRequest,
  type InterpolateRequest,
} from '../contract/settings';

/** Everything of a request but the checkpoint, and none of it necessary. An undefined value counts as left out. */
export type RequestLayer = {
  readonly [K in Exclude<keyof InterpolateRequest, 'checkpoint' | 'other'>]?:
    InterpolateRequest[K] | undefined;
};

/**
 * One request from several layers of settings, the weakest first: defaults, the editor's settings, `landscape.json`,
 * options. `Settings` as read from a file are a layer. Without `data` in any of them the result has none either: the caller asks for it, or refuses.
 */
export function mergeLayers(...layers: readonly RequestLayer[]): RequestLayer {
  const defined = layers.map((layer) =>
    Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined)),
  );
  return Object.assign({}, ...defined) as RequestLayer;
}

/**
 * The full request for one checkpoint.
 * @throws UserError when a setting is not right, by its name, or when no layer names the data.
 */
export function analyzeRequest(checkpoint: string, layer: RequestLayer): AnalyzeRequest {
  // Traces per tensor come with the trace's own products: whoever leaves it out would wait for them all the same.
  const layers = layer.layers ?? (layer.trace === false ? 'off' : undefined);
  return parse(analyzeRequestSchema, { ...layer, layers, checkpoint });
}

/** The full request for the line from `checkpoint` to `other`. Throws as {@link analyzeRequest}. */
export function interpolateRequest(
  checkpoint: string,
  other: string,
  layer: RequestLayer,
): InterpolateRequest {
  return parse(interpolateRequestSchema, { ...layer, checkpoint, other });
}

/**
 * Refuses a line between two checkpoints whose settings treat the inputs differently: the second would be measured on
 * inputs that it was not trained on.
 * @throws UserError that names both.
 */
export function checkSameInput(first: RequestLayer, second: RequestLayer, from: string, to: string): void {
  if (isDeepStrictEqual(first.input ?? {}, second.input ?? {})) return;
  throw new UserError(
    `The settings scale the inputs of ${from} and ${to} differently ("input" in the landscape.json of each), so that no line joins them.`,
  );
}

/** Checkpoints that one comparison takes. */
export const MOST_COMPARED = 200;

/**
 * The full request for a comparison, with all measures where no layer says which. Throws as {@link analyzeRequest}, and
 * for fewer than two checkpoints or more than 200.
 */
export function compareRequest(
  checkpoints: readonly string[],
  layer: RequestLayer,
  more: Partial<Pick<CompareRequest, 'title' | 'barriers' | 'cache' | 'members'>> = {},
): CompareRequest {
  const count = checkpoints.length;
  if (count < 2) throw new UserError('Name at least two checkpoints to compare.');
  if (count > MOST_COMPARED)
    throw new UserError(
      `At most ${MOST_COMPARED} checkpoints can be compared at once, and these are ${count}.`,
    );
  const settings = analyzeRequest(checkpoints[0], { ...layer, measures: layer.measures ?? true });
  return compareRequestSchema.parse({ ...more, checkpoints, settings });
}

function parse<T>(schema: z.ZodType<T>, value: Readonly<Record<string, unknown>>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (value['data'] === undefined) {
    throw new UserError(
      `Which data was ${String(value['checkpoint'])} trained on? Name the file by --data, or as "data" in a ` +
        'landscape.json beside the checkpoint or in a folder above.',
    );
  }
  const mistakes = parsed.error.issues.map((issue) => `"${issue.path.join('.')}": ${issue.message}`);
  throw new UserError(`A setting is not right: ${mistakes.join('; ')}.`);
}
