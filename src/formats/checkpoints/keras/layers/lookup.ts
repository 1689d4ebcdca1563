import type { Node } from '../../../../autodiff/graph';
import {
  gather,
  mul,
  oneHot,
  reduceMax,
  reduceSum,
  reshape,
  sub,
  tanh,
  transpose,
} from '../../../../autodiff/operations';
import { dense } from '../../../../network/dense';
import { indicesEqual, keep, stepsUnlike } from '../../../../network/masks';
import { UserError } from '../../../../core/errors';
import { weightWithLora } from './adapted';
import type { LayerConfig } from './config';
import { type LayerRow, type MaskFunction, row } from './row';

/** Index 0 stands for no word, where the settings say so. */
const zeroMask: MaskFunction = ({ inputs: [x], options }, config) =>
  config.flag('mask_zero', false) && options.reverse !== true ? [sub(1, indicesEqual(x, 0))] : [];

const embedding: LayerRow = {
  classNames: ['Embedding'],
  takesIndices: true,
  masks: zeroMask,
  build(layer) {
    const table = weightWithLora(layer, 'embeddings', 'embedding', 0);
    return ({ inputs: [x], read }) => gather(table(read), x);
  },
};

/** An embedding that is also the last layer of the model: called in reverse, it scores every word (Press & Wolf 2017). */
const reversibleEmbedding: LayerRow = {
  classNames: ['ReversibleEmbedding'],
  takesIndices: true,
  masks: zeroMask,
  keywords: ['reverse'],
  build(layer) {
    const { config } = layer;
    const table = layer.weight('embeddings', 'embedding', 0);
    const own = config.flag('tie_weights', true)
      ? undefined
      : layer.weight('reverse_embeddings', 'kernel', 1);
    const cap = config.optional('logit_soft_cap');
    return ({ inputs: [x], options, read }) => {
      if (options.reverse !== true) return gather(read(table), x);
      const scores = dense(x, own ? read(own) : transpose(read(table), [1, 0]));
      return cap === undefined ? scores : mul(tanh(mul(scores, 1 / cap)), cap);
    };
  },
};

const masking = (config: LayerConfig, x: Node): Node => stepsUnlike(x, config.number('mask_value', 0));

const maskingRow: LayerRow = {
  classNames: ['Masking'],
  masks: ({ inputs: [x] }, config) => [masking(config, x)],
  build:
    ({ config }) =>
    ({ inputs: [x] }) =>
      keep(x, masking(config, x), 0),
};

/** Classes as rows of 0 and 1: one of them, those that occur, or how often they occur. */
const categoryEncoding: LayerRow = {
  ...row('CategoryEncoding', ({ config }) => {
    const classes = config.integer('num_tokens');
    const { output_mode: mode = 'multi_hot' } = config.raw;
    return (x) => {
      const last = x.shape.length - 1;
      const hot = oneHot(x, classes);
      if (mode === 'one_hot')
        return x.shape[last] === 1 && last > 0 ? reshape(hot, [...x.shape.slice(0, -1), classes]) : hot;
      if (mode === 'count') return last > 0 ? reduceSum(hot, [last]) : hot;
      if (mode === 'multi_hot' || mode === 'binary') return last > 0 ? reduceMax(hot, [last]) : hot;
      throw new UserError(`encodes by ${JSON.stringify(mode)}, which is not supported`);
    };
  }),
  takesIndices: true,
};

export const lookupRows: readonly LayerRow[] = [embedding, reversibleEmbedding, maskingRow, categoryEncoding];
