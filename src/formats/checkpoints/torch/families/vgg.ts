import type { Node } from '../../../../autodiff/graph';
import { relu } from '../../../../autodiff/operations';
import { adaptiveMean, flatten, maximumPool } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import { Misfit, type Tensors } from '../recipes/tensors';
import { type Walk, classesOf } from '../recipes/walk';

/** The places of the layers in a `Sequential` that have a kernel of this many axes. */
const layersOf = (tensors: Tensors, name: string, axes: number): number[] =>
  tensors
    .indices(name)
    .filter(
      (i) => tensors.has(`${name}.${i}.weight`) && tensors.shape(`${name}.${i}.weight`).length === axes,
    );

/** Layers of a classifier with ReLU and dropout between them. */
function dense(walk: Walk, x: Node, places: readonly number[]): Node {
  return places.reduce((y, place, i) => walk.linear(i > 0 ? relu(y) : y, `classifier.${place}`), flatten(x));
}

/** The places of a classifier's layers, which must be those of the family: what lies between others is not known. */
function classifier(tensors: Tensors, places: readonly number[]): readonly number[] {
  if (layersOf(tensors, 'classifier', 2).join() !== places.join())
    throw new Misfit(`its classifier has layers at ${layersOf(tensors, 'classifier', 2).join(', ')}`);
  return places;
}

/** How many positions a side go into a classifier, by the numbers it takes and the channels it is given. */
function positions(tensors: Tensors, first: number, channels: number): number {
  const side = Math.sqrt(tensors.shape(`classifier.${first}.weight`)[1] / channels);
  if (!Number.isInteger(side)) throw new Misfit(`its classifier does not take ${channels} channels`);
  return side;
}

/** Convolutions of 3 x 3, where a place that is free behind one is a max pool (Simonyan & Zisserman 2015). */
function features(walk: Walk, x: Node): Node {
  const places = layersOf(walk.tensors, 'features', 4);
  const normalized = walk.tensors.has(`features.${places[0] + 1}.weight`);
  return places.reduce((y, place, i) => {
    const convolved = walk.conv(y, `features.${place}`);
    const next = relu(normalized ? walk.batchNorm(convolved, `features.${place + 1}`) : convolved);
    const behind = (places[i + 1] ?? Infinity) - place - (normalized ? 3 : 2);
    return behind > 0 ? maximumPool(next, 2) : next;
  }, x);
}

const NAMES: Readonly<Record<number, string>> = { 8: 'vgg11', 10: 'vgg13', 13: 'vgg16', 16: 'vgg19' };

/** torchvision's, and those for CIFAR that end in one layer or in a classifier of one position. */
export const vgg: Family = {
  name: "torchvision's VGG",
  resembles: (tensors) =>
    tensors.has('features.0.weight') &&
    tensors.shape('features.0.weight')[2] === 3 &&
    tensors.holds('classifier') &&
    layersOf(tensors, 'features', 4).every((place, i, all) => i === 0 || place - all[i - 1] <= 4) &&
    tensors.indices('features').every((i) => tensors.has(`features.${i}.weight`)),
  recipe(tensors): Recipe {
    const places = layersOf(tensors, 'features', 4);
    const [channels, last] = [
      tensors.shape('features.0.weight')[1],
      tensors.shape(`features.${places[places.length - 1]}.weight`)[0],
    ];
    const normalized = tensors.has('features.1.weight') ? '_bn' : '';
    const name = `${NAMES[places.length] ?? `VGG of ${places.length} convolutions`}${normalized}`;
    if (tensors.has('classifier.weight'))
      return {
        title: `a ${name} for CIFAR with ${classesOf(tensors, 'classifier')} classes`,
        ...images(channels, 32),
        variants: only((walk, x) => walk.linear(flatten(features(walk, x)), 'classifier')),
      };
    const layers = classifier(tensors, [0, 3, 6]);
    const side = positions(tensors, 0, last);
    return {
      title: `torchvision's ${name} with ${tensors.shape('classifier.6.weight')[0]} classes`,
      ...images(channels, 224),
      variants: only((walk, x) => dense(walk, adaptiveMean(features(walk, x), side), layers)),
    };
  },
};

/** torchvision's (Krizhevsky 2014), whose classifier begins with dropout. */
export const alexnet: Family = {
  name: "torchvision's AlexNet",
  resembles: (tensors) =>
    layersOf(tensors, 'features', 4).join() === '0,3,6,8,10' && tensors.holds('classifier.1'),
  recipe(tensors): Recipe {
    const layers = classifier(tensors, [1, 4, 6]);
    const side = positions(tensors, 1, tensors.shape('features.10.weight')[0]);
    const convolutions = (walk: Walk, x: Node): Node => {
      const inner = walk.at('features');
      let y = maximumPool(relu(inner.conv(x, '0', { stride: 4, padding: 2 })), 3, { stride: 2 });
      y = maximumPool(relu(inner.conv(y, '3')), 3, { stride: 2 });
      for (const place of ['6', '8', '10']) y = relu(inner.conv(y, place));
      return maximumPool(y, 3, { stride: 2 });
    };
    return {
      title: `torchvision's alexnet with ${tensors.shape('classifier.6.weight')[0]} classes`,
      ...images(tensors.shape('features.0.weight')[1], 224),
      variants: only((walk, x) => dense(walk, adaptiveMean(convolutions(walk, x), side), layers)),
    };
  },
};
