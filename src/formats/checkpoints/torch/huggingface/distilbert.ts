import type { Node } from '../../../../autodiff/graph';
import { add, relu, take } from '../../../../autodiff/operations';
import type { Walk } from '../recipes/walk';
import { activationOf } from './activation';
import type { Config } from './config';
import { type BlockNames, type Head, firstPositions, headFor, postNormBlock } from './encoder';
import { type HuggingFaceModel, baseOf, seen, texts, wordScores } from './model';

const NAMES: BlockNames = {
  query: 'attention.q_lin',
  key: 'attention.k_lin',
  value: 'attention.v_lin',
  mixed: 'attention.out_lin',
  attended: 'sa_layer_norm',
  wide: 'ffn.lin1',
  narrow: 'ffn.lin2',
  out: 'output_layer_norm',
};

const EPSILON = 1e-12;

const HEADS: Readonly<Record<string, Head>> = {
  Model: ({ x }) => x,
  ForSequenceClassification: ({ walk, x }) =>
    walk.linear(relu(walk.linear(take(x, 1, 0), 'pre_classifier')), 'classifier'),
  ForTokenClassification: ({ walk, x }) => walk.linear(x, 'classifier'),
  ForMaskedLM: ({ walk, base, x, activation }) => {
    const inner = walk.layerNorm(activation(walk.linear(x, 'vocab_transform')), 'vocab_layer_norm', EPSILON);
    return wordScores(walk, inner, {
      head: 'vocab_projector',
      table: [base.at('embeddings'), 'word_embeddings'],
    });
  },
};

function build(walk: Walk, ids: Node, mask: Node | undefined, config: Config): Node {
  const base = baseOf(walk, 'distilbert');
  const activation = activationOf(config, 'activation', 'gelu');
  const heads = config.count('n_heads');
  const table = base.at('embeddings');
  const words = table.embedding(ids, 'word_embeddings', config.number('pad_token_id', 0));
  let x = add(words, firstPositions(table, 'position_embeddings', ids.shape[1]));
  x = table.layerNorm(x, 'LayerNorm', EPSILON);
  const blocks = base.tensors.count('transformer.layer.');
  for (let i = 0; i < blocks; i++)
    x = postNormBlock(base.at('transformer.layer', i), x, NAMES, {
      heads,
      epsilon: EPSILON,
      activation,
      sight: seen(mask),
    });
  return headFor(config, HEADS)({ walk, base, x, epsilon: EPSILON, activation });
}

/** DistilBERT (Sanh et al. 2019). */
export const distilbert: HuggingFaceModel = {
  types: ['distilbert'],
  ties: (config) =>
    config.flag('tie_word_embeddings', true)
      ? [['vocab_projector.weight', 'distilbert.embeddings.word_embeddings.weight']]
      : [],
  recipe(tensors, config) {
    headFor(config, HEADS);
    const base = tensors.holds('distilbert') ? tensors.at('distilbert') : tensors;
    return {
      title: `transformers' ${config.architecture || 'DistilBERT'} of ${base.count('transformer.layer.')} layers`,
      ...texts('attention_mask'),
      variants: [
        {
          name: 'the usual',
          build: (walk, [ids], named) => build(walk, ids, named('attention_mask'), config),
        },
      ],
      leftOver: /./,
    };
  },
};
