import type { Node } from '../../../../autodiff/graph';
import { add, sigmoid } from '../../../../autodiff/operations';
import { sameShape } from '../../../../autodiff/shape';
import { type Activation, convNorm, squeezeExcite } from '../recipes/images';
import type { Walk } from '../recipes/walk';

export interface InvertedSettings {
  readonly stride: number;
  readonly epsilon: number;
  readonly activation: Activation;
  /** The activation between the layers of a squeeze-and-excitation, and its gate. */
  readonly between?: Activation;
  readonly gate?: Activation;
}

/**
 * A block of MobileNetV3 and EfficientNet: a `Sequential` of convolutions with their norms, one of them maybe a
 * squeeze-and-excitation. The first that sees more than one position has the stride; the last is linear, unless it is alone.
 */
export function invertedResidual(walk: Walk, x: Node, settings: InvertedSettings): Node {
  const { stride, epsilon, activation, between, gate = sigmoid } = settings;
  const places = walk.tensors.indices();
  let [y, left] = [x, stride];
  places.forEach((place, i) => {
    if (walk.tensors.holds(`${place}.fc1`)) {
      y = squeezeExcite(walk.at(place), y, between, gate);
      return;
    }
    const wide = walk.tensors.shape(`${place}.0.weight`)[2] > 1;
    const isLinear = i === places.length - 1 && places.length > 1;
    y = convNorm(walk, y, `${place}`, {
      stride: wide ? left : 1,
      epsilon,
      activation: isLinear ? undefined : activation,
    });
    if (wide) left = 1;
  });
  return stride === 1 && sameShape(x.shape, y.shape) ? add(y, x) : y;
}
