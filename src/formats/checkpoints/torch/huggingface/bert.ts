import type { Node } from '../../../../autodiff/graph';
import { add, sliceAxis, take, tanh } from '../../../../autodiff/operations';
import { gelu } from '../../../../network/activations';
import type { Activation } from '../recipes/images';
import type { NamedInputs, Recipe } from '../recipes/recipe';
import type { Tensors } from '../recipes/tensors';
import type { Walk } from '../recipes/walk';
import { activationOf } from './activation';
import type { Config } from './config';
import { type BlockNames, type Head, firstPositions, headFor, pooled, postNormBlock } from './encoder';
import { type HuggingFaceModel, baseOf, seen, texts, wordScores } from './model';
import { positionsBeyond } from './padding';

const NAMES: BlockNames = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  mixed: 'attention.output.dense',
  attended: 'attention.output.LayerNorm',
  wide: 'intermediate.dense',
  narrow: 'output.dense',
  out: 'output.LayerNorm',
};

/** What sets one model of this make apart from the other. */
interface Kind {
  readonly base: string;
  readonly padding: number;
  /** Where positions begin behind the row for padding, as RoBERTa counts them; else at the first row. */
  readonly beyond: boolean;
  readonly heads: Readonly<Record<string, Head>>;
}

function embedded(
  walk: Walk,
  { ids, types }: { readonly ids: Node; readonly types: Node | undefined },
  { padding, beyond }: Kind,
  epsilon: number,
): Node {
  const words = walk.embedding(ids, 'word_embeddings', padding);
  const places = beyond
    ? positionsBeyond(walk, 'position_embeddings', ids, padding)
    : firstPositions(walk, 'position_embeddings', ids.shape[1]);
  // Without types of tokens all are of the first.
  const typed = types
    ? walk.embedding(types, 'token_type_embeddings')
    : sliceAxis(walk.tensor('token_type_embeddings.weight', 'embedding', 0), 0, 0, 1);
  return walk.layerNorm(add(add(words, typed), places), 'LayerNorm', epsilon);
}

function build(
  walk: Walk,
  { ids, named }: { readonly ids: Node; readonly named: NamedInputs },
  kind: Kind,
  config: Config,
): Node {
  const base = baseOf(walk, kind.base);
  const epsilon = config.number('layer_norm_eps', 1e-12);
  const activation = activationOf(config, 'hidden_act', 'gelu');
  const heads = config.count('num_attention_heads');
  const sight = seen(named('attention_mask'));
  let x = embedded(base.at('embeddings'), { ids, types: named('token_type_ids') }, kind, epsilon);
  const blocks = base.tensors.count('encoder.layer.');
  for (let i = 0; i < blocks; i++)
    x = postNormBlock(base.at('encoder.layer', i), x, NAMES, { heads, epsilon, activation, sight });
  return headFor(config, kind.heads)({ walk, base, x, epsilon, activation });
}

function recipeOf(tensors: Tensors, config: Config, kind: Kind): Recipe {
  if (config.text('position_embedding_type', 'absolute') !== 'absolute')
    config.refuse('position_embedding_type', 'which is not supported');
  if (config.flag('is_decoder', false)) config.refuse('is_decoder', 'which is not supported');
  headFor(config, kind.heads);
  const base = tensors.holds(kind.base) ? tensors.at(kind.base) : tensors;
  return {
    title: `transformers' ${config.architecture || config.modelType} of ${base.count('encoder.layer.')} layers`,
    ...texts('attention_mask', 'token_type_ids'),
    variants: [
      { name: 'the usual', build: (walk, [ids], named) => build(walk, { ids, named }, kind, config) },
    ],
    leftOver: /./,
  };
}

const words = (base: Walk) => [base.at('embeddings'), 'word_embeddings'] as const;

/** A layer over all words, whose inputs went through one more layer and a norm. */
const masked = (dense: string, norm: string, decoder: string, bias: string): Head =>
  function score({ walk, base, x, epsilon, activation }) {
    const inner = walk.layerNorm(activation(walk.linear(x, dense)), norm, epsilon);
    return wordScores(walk, inner, { head: decoder, table: words(base), biasName: bias });
  };

const BERT_HEADS: Readonly<Record<string, Head>> = {
  Model: ({ x }) => x,
  ForSequenceClassification: ({ walk, base, x }) =>
    walk.linear(pooled(base, x, 'pooler.dense'), 'classifier'),
  ForTokenClassification: ({ walk, x }) => walk.linear(x, 'classifier'),
  ForMaskedLM: masked(
    'cls.predictions.transform.dense',
    'cls.predictions.transform.LayerNorm',
    'cls.predictions.decoder',
    'cls.predictions.bias',
  ),
};

/** BERT (Devlin et al. 2019). */
export const bert: HuggingFaceModel = {
  types: ['bert'],
  ties: (config) =>
    config.flag('tie_word_embeddings', true)
      ? [['cls.predictions.decoder.weight', 'bert.embeddings.word_embeddings.weight']]
      : [],
  recipe: (tensors, config) =>
    recipeOf(tensors, config, {
      base: 'bert',
      padding: config.number('pad_token_id', 0),
      beyond: false,
      heads: BERT_HEADS,
    }),
};

const ROBERTA_HEADS: Readonly<Record<string, Head>> = {
  Model: ({ x }) => x,
  ForSequenceClassification: ({ walk, x }) =>
    walk.linear(tanh(walk.linear(take(x, 1, 0), 'classifier.dense')), 'classifier.out_proj'),
  ForTokenClassification: ({ walk, x }) => walk.linear(x, 'classifier'),
  // Whatever the blocks have, the head has GELU.
  ForMaskedLM: (at) =>
    masked(
      'lm_head.dense',
      'lm_head.layer_norm',
      'lm_head.decoder',
      'lm_head.bias',
    )({ ...at, activation: GELU }),
};

const GELU: Activation = (x) => gelu(x);

/** RoBERTa (Liu et al. 2019), whose positions begin behind the one for padding. */
export const roberta: HuggingFaceModel = {
  types: ['roberta', 'xlm-roberta', 'camembert'],
  ties: (config) =>
    config.flag('tie_word_embeddings', true)
      ? [['lm_head.decoder.weight', 'roberta.embeddings.word_embeddings.weight']]
      : [],
  recipe: (tensors, config) =>
    recipeOf(tensors, config, {
      base: 'roberta',
      padding: config.number('pad_token_id', 1),
      beyond: true,
      heads: ROBERTA_HEADS,
    }),
};
