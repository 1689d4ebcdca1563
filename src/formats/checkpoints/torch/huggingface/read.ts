import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../../../../core/errors';
import type { TorchNetwork } from '../recipes/network';
import { attempt } from '../recipes/recognize';
import { shapesOf } from '../recipes/network';
import { Tensors } from '../recipes/tensors';
import type { StoredWeight, StoredWeights } from '../weights/description';
import { nameVariants } from '../weights/fill';
import type { Config } from './config';
import type { HuggingFaceModel } from './model';
import { HUGGING_FACE } from './table';

/** What older versions keep with the weights though it follows from the configuration. */
const COMPUTED = /(^|\.)(attn\.(bias|masked_bias)|rotary_emb\.inv_freq|position_ids)$/;

/** What is not read: the kind of network that a configuration names. */
export const unreadKind = (config: Config): string | undefined =>
  kindOf(config) ? undefined : config.modelType;

const kindOf = ({ modelType }: Config): HuggingFaceModel | undefined =>
  HUGGING_FACE.find(({ types }) => types.includes(modelType));

/**
 * Weights as the network of transformers that the configuration beside them describes; undefined for one that is not read.
 * @throws UserError where they do not fit it, or it asks for what is not supported.
 */
export function readHuggingFace(weights: StoredWeights, config: Config): TorchNetwork | undefined {
  const kind = kindOf(config);
  if (!kind) return undefined;
  let refusal: string | undefined;
  // The names as they are come first: those of Llama begin with what looks like a wrapper's prefix.
  for (const named of nameVariants(weights)) {
    const { tensors, notes } = tied(modern(named), kind, config);
    const recipe = () => {
      const made = kind.recipe(new Tensors(shapesOf(tensors)), config);
      return { ...made, computed: COMPUTED, notes: [...(made.notes ?? []), ...notes] };
    };
    const found = attempt(recipe, weights, tensors);
    if (typeof found !== 'string') return { ...found, name: basename(dirname(resolve(config.path))) };
    refusal ??= found;
  }
  throw new UserError(
    `The weights beside ${config.path} are not of the ${config.architecture || config.modelType} that it describes: ${refusal}.`,
  );
}

/** Norms' weights by the names that they have now; files of 2018 say gamma and beta. */
const modern = (tensors: ReadonlyMap<string, StoredWeight>): Map<string, StoredWeight> =>
  new Map(
    [...tensors].map(([name, tensor]) => [
      name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias'),
      tensor,
    ]),
  );

/** Tensors without the second name of what the configuration says is one; equal numbers count as one, others do not. */
function tied(
  tensors: Map<string, StoredWeight>,
  { ties }: HuggingFaceModel,
  config: Config,
): { readonly tensors: ReadonlyMap<string, StoredWeight>; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const kept = new Map(tensors);
  for (const [name, of] of ties?.(config) ?? []) {
    const [second, first] = [kept.get(name), kept.get(of)];
    if (!first) continue;
    if (second && !sameNumbers(first, second)) {
      notes.push(
        `"${name}" and "${of}" are tied by ${config.path}, but differ in the file: they count as two.`,
      );
      continue;
    }
    kept.delete(name);
    if (second || /LM/.test(config.architecture))
      notes.push(`"${name}" and "${of}" are one parameter, counted once.`);
  }
  return { tensors: kept, notes };
}

function sameNumbers(a: StoredWeight, b: StoredWeight): boolean {
  if (a.identity === b.identity) return true;
  return a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]);
}
