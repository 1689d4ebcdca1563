import { spatialAxes } from '../../../../network/channels';
import { alphaDropout, dropout, gaussianDropout, gaussianNoise } from '../../../../network/stochastic';
import { UserError } from '../../../../core/errors';
import { type LayerRow, row, trainingRow } from './row';

/** Layers whose training is not known here; they are identities in inference mode. */
const AUGMENTING = [
  'RandomFlip',
  'RandomRotation',
  'RandomTranslation',
  'RandomZoom',
  'RandomContrast',
  'RandomBrightness',
  'RandomErasing',
  'RandomHue',
  'RandomShear',
  'RandomSaturation',
  'RandomColorJitter',
  'RandomColorDegeneration',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomPerspective',
  'RandomSharpness',
  'RandomPosterization',
  'RandomInvert',
  'RandomElasticTransform',
  'MixUp',
  'CutMix',
  'AugMix',
  'RandAugment',
  'Solarization',
  'Equalization',
];

const untrained = () =>
  new UserError(
    'changes images while training, which is not done inside the model here: remove it and use "augmentation" in the run file',
  );

/** Layers that do something only while training. */
export const stochasticRows: readonly LayerRow[] = [
  row('Identity', () => (x) => x, 'kept'),
  trainingRow(
    'Dropout',
    ({ config }) => {
      const rate = config.number('rate', 0);
      const stored = config.raw.noise_shape ?? null;
      return (x, _read, training) => {
        if (!training) return x;
        const shape = Array.isArray(stored)
          ? x.shape.map((extent, axis) => (stored[axis] === 1 ? 1 : extent))
          : x.shape;
        return dropout(x, rate, training, shape);
      };
    },
    'kept',
  ),
  ...[1, 2, 3].map((rank) =>
    trainingRow(
      `SpatialDropout${rank}D`,
      ({ config }) => {
        const rate = config.number('rate', 0);
        const order = config.order();
        return (x, _read, training) => {
          if (!training) return x;
          // Whole channels are dropped together.
          const spatial = spatialAxes(x.shape.length, order);
          return dropout(
            x,
            rate,
            training,
            x.shape.map((extent, axis) => (spatial.includes(axis) ? 1 : extent)),
          );
        };
      },
      'kept',
    ),
  ),
  // Of Keras' own ConvNeXt: what a branch adds is dropped for whole rows (Huang et al. 2016).
  trainingRow('StochasticDepth', ({ config }) => {
    const rate = config.number('drop_path_rate', 0);
    return (x, _read, training) =>
      training
        ? dropout(
            x,
            rate,
            training,
            x.shape.map((n, a) => (a === 0 ? n : 1)),
          )
        : x;
  }),
  trainingRow(
    'GaussianNoise',
    ({ config }) => {
      const deviation = config.number('stddev', 0);
      return (x, _read, training) => (training ? gaussianNoise(x, deviation, training) : x);
    },
    'kept',
  ),
  trainingRow(
    'GaussianDropout',
    ({ config }) => {
      const rate = config.number('rate', 0);
      return (x, _read, training) => (training ? gaussianDropout(x, rate, training) : x);
    },
    'kept',
  ),
  trainingRow(
    'AlphaDropout',
    ({ config }) => {
      const rate = config.number('rate', 0);
      return (x, _read, training) => (training ? alphaDropout(x, rate, training) : x);
    },
    'kept',
  ),
  trainingRow(
    'ActivityRegularization',
    () => (x, _read, training) => {
      if (training)
        throw new UserError('adds a penalty on activities, which training here does not know: remove it');
      return x;
    },
    'kept',
  ),
  trainingRow(
    AUGMENTING,
    () => (x, _read, training) => {
      if (training) throw untrained();
      return x;
    },
    'kept',
  ),
  trainingRow('RandomCrop', ({ config }) => {
    const sizes = [config.integer('height'), config.integer('width')];
    const order = config.order();
    return (x, _read, training) => {
      if (training) throw untrained();
      if (spatialAxes(x.shape.length, order).some((axis, i) => x.shape[axis] !== sizes[i]))
        throw new UserError(
          'crops to another size, which not all versions of Keras do outside training: use CenterCrop or Resizing',
        );
      return x;
    };
  }),
];
