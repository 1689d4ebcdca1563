import type { Node } from '../../../../autodiff/graph';
import { concat, relu } from '../../../../autodiff/operations';
import { globalMean, maximumPool } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import type { Walk } from '../recipes/walk';

/** Channels squeezed by 1 x 1 and expanded by 1 x 1 and 3 x 3 side by side (Iandola et al. 2016). */
function fire(walk: Walk, x: Node): Node {
  const squeezed = relu(walk.conv(x, 'squeeze'));
  return concat(
    ['expand1x1', 'expand3x3'].map((name) => relu(walk.conv(squeezed, name))),
    1,
  );
}

/** A place that holds no tensors is a max pool; behind the first convolution come its ReLU and one. */
function features(walk: Walk, x: Node): Node {
  const places = walk.tensors.indices();
  let y = maximumPool(relu(walk.conv(x, '0', { stride: 2, padding: 0 })), 3, { stride: 2, ceiling: true });
  for (let place = 3; place <= places[places.length - 1]; place++)
    y = places.includes(place) ? fire(walk.at(place), y) : maximumPool(y, 3, { stride: 2, ceiling: true });
  return y;
}

export const squeezenet: Family = {
  name: "torchvision's SqueezeNets",
  resembles: (tensors) => tensors.holds('features.3.squeeze') && tensors.holds('classifier.1'),
  recipe(tensors): Recipe {
    const [, channels, extent] = tensors.shape('features.0.weight');
    return {
      title: `torchvision's squeezenet1_${extent === 7 ? 0 : 1} with ${tensors.shape('classifier.1.weight')[0]} classes`,
      ...images(channels, 224),
      variants: only((walk, x) =>
        globalMean(relu(walk.conv(features(walk.at('features'), x), 'classifier.1'))),
      ),
    };
  },
};
