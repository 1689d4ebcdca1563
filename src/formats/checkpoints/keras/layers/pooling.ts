import { reshape } from '../../../../autodiff/operations';
import { fromChannelsFirst } from '../../../../network/channels';
import { maskedMean } from '../../../../network/masks';
import { adaptiveAveragePool, adaptiveMaxPool } from '../../../../network/resampling';
import {
  type PoolingOptions,
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
} from '../../../../network/pooling';
import { type LayerRow, type LayerSource, rowsByRank } from './row';

function optionsOf({ config }: LayerSource, rank: number): PoolingOptions {
  const window = config.perAxis('pool_size', rank, 2);
  return {
    window,
    strides: config.perAxis('strides', rank, window),
    padding: config.padding(),
    order: config.order(),
  };
}

const ranks = [1, 2, 3];

/** The mean over a sequence: of the steps that count. */
const stepAverage: LayerRow = {
  classNames: ['GlobalAveragePooling1D'],
  build({ config }) {
    const order = config.order();
    const keepDims = config.flag('keepdims', false);
    return ({ inputs: [x], masks: [mask] }) => {
      if (!mask) return globalAveragePool(x, order, keepDims);
      const mean = maskedMean(order === 'first' ? fromChannelsFirst(x, 'last') : x, mask);
      const [rows, features] = mean.shape;
      if (!keepDims) return mean;
      return reshape(mean, order === 'first' ? [rows, features, 1] : [rows, 1, features]);
    };
  },
};

export const poolingRows: readonly LayerRow[] = [
  ...rowsByRank(
    ranks,
    (rank) => `MaxPooling${rank}D`,
    (layer, rank) => {
      const options = optionsOf(layer, rank);
      return (x) => maxPool(x, options);
    },
  ),
  ...rowsByRank(
    ranks,
    (rank) => `AveragePooling${rank}D`,
    (layer, rank) => {
      const options = optionsOf(layer, rank);
      return (x) => averagePool(x, options);
    },
  ),
  ...rowsByRank(
    ranks,
    (rank) => `GlobalMaxPooling${rank}D`,
    ({ config }) => {
      return (x) => globalMaxPool(x, config.order(), config.flag('keepdims', false));
    },
  ),
  ...rowsByRank(
    ranks.slice(1),
    (rank) => `GlobalAveragePooling${rank}D`,
    ({ config }) => {
      return (x) => globalAveragePool(x, config.order(), config.flag('keepdims', false));
    },
  ),
  stepAverage,
  ...rowsByRank(
    ranks,
    (rank) => `AdaptiveAveragePooling${rank}D`,
    ({ config }, rank) => {
      const sizes = config.perAxis('output_size', rank, 1);
      return (x) => adaptiveAveragePool(x, sizes, config.order());
    },
  ),
  ...rowsByRank(
    ranks,
    (rank) => `AdaptiveMaxPooling${rank}D`,
    ({ config }, rank) => {
      const sizes = config.perAxis('output_size', rank, 1);
      return (x) => adaptiveMaxPool(x, sizes, config.order());
    },
  ),
];
