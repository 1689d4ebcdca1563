import type { Graph, Node } from '../../../../autodiff/graph';
import {
  add,
  concat,
  exp,
  gather,
  matmul,
  minimum,
  mul,
  pad,
  relu,
  reshape,
  sigmoid,
  slice,
  transpose,
} from '../../../../autodiff/operations';
import { gelu } from '../../../../network/activations';
import { weigh } from '../../../../network/attention';
import { unitNorm } from '../../../../network/normalization';
import { joinHeads, parts, splitHeads } from '../recipes/attention';
import { globalMean } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import { Misfit, type Tensors } from '../recipes/tensors';
import { type Walk, classesOf } from '../recipes/walk';
import { rolled } from '../../../../network/shaping';
import { fromWindows, paddedToWindows, toWindows } from '../recipes/windows';

const EPSILON = 1e-5;

/** The first version learns a bias for each place of one position beside another, the second makes it by two layers. */
const isSecond = (tensors: Tensors): boolean => tensors.has('logit_scale');

/** Tables grow by the fourth power of a window's extent; published ones have 24 at most. */
const LARGEST_WINDOW = 32;

/** The extent of a window, from the places that two of its positions can have to each other. */
function windowOf(tensors: Tensors): number {
  const places = isSecond(tensors)
    ? tensors.shape('relative_coords_table')[1]
    : Math.sqrt(tensors.shape('relative_position_bias_table')[0]);
  const window = (places + 1) / 2;
  if (!Number.isInteger(window) || window > LARGEST_WINDOW)
    throw new Misfit(`its windows are no squares of at most ${LARGEST_WINDOW} positions a side`);
  return window;
}

/** For each pair of a window's positions the number of their place to each other. */
function places(graph: Graph, window: number): Node {
  const count = window ** 2;
  const index = Int32Array.from({ length: count ** 2 }, (_, pair) => {
    const [query, key] = [Math.floor(pair / count), pair % count];
    const down = Math.floor(query / window) - Math.floor(key / window);
    const across = (query % window) - (key % window);
    return (down + window - 1) * (2 * window - 1) + across + window - 1;
  });
  return graph.constant(index, [count ** 2]);
}

/** What is added to the scores of each pair: [heads, positions, positions]. */
function bias(walk: Walk, window: number): Node {
  const second = isSecond(walk.tensors);
  const table = second ? tableOfLayers(walk) : walk.tensor('relative_position_bias_table', 'bias');
  const rows = reshape(gather(table, places(walk.graph, window)), [window ** 2, window ** 2, table.shape[1]]);
  const perHead = transpose(rows, [2, 0, 1]);
  return second ? mul(16, sigmoid(perHead)) : perHead;
}

/** A row of numbers, one a head, for each place (Liu et al. 2022, section 3.3). */
function tableOfLayers(walk: Walk): Node {
  const table = walk.tensor('relative_coords_table', 'statistic');
  const inner = relu(walk.linear(table, 'cpb_mlp.0'));
  const made = walk.linear(inner, 'cpb_mlp.2');
  return reshape(made, [made.shape[1] * made.shape[2], made.shape[3]]);
}

/** Scores of what does not belong together after a cyclic shift: [windows, 1, positions, positions], 0 or -100. */
function apart(
  graph: Graph,
  [height, width]: readonly number[],
  window: number,
  shifts: readonly number[],
): Node {
  const region = (at: number, extent: number, shift: number) =>
    (shift > 0 ? [window, shift] : [window]).filter((before) => at >= extent - before).length;
  const regions = (at: number, extent: number, axis: number) =>
    shifts[axis] > 0 ? region(at, extent, shifts[axis]) : 0;
  const [down, across] = [height / window, width / window];
  const count = window ** 2;
  const at = (place: number, position: number) => {
    const y = Math.floor(place / across) * window + Math.floor(position / window);
    const x = (place % across) * window + (position % window);
    return 3 * regions(y, height, 0) + regions(x, width, 1);
  };
  const data = Float64Array.from({ length: down * across * count ** 2 }, (_, i) => {
    const [place, pair] = [Math.floor(i / count ** 2), i % count ** 2];
    return at(place, Math.floor(pair / count)) === at(place, pair % count) ? 0 : -100;
  });
  return graph.constant(data, [down * across, 1, count, count]);
}

/** Queries, keys and values of windows; the second version's keys have no bias. */
function projected(walk: Walk, windows: Node): Node[] {
  const weight = walk.tensor('qkv.weight', 'kernel', 0);
  const whole = walk.vector('qkv.bias', 'bias', weight.shape[0]);
  const third = weight.shape[0] / 3;
  const mask = Float64Array.from({ length: weight.shape[0] }, (_, i) =>
    Math.floor(i / third) === 1 ? 0 : 1,
  );
  const offset = whole && isSecond(walk.tensors) ? mul(whole, walk.graph.constant(mask, whole.shape)) : whole;
  return parts(walk.product(windows, weight, 'qkv.weight', offset), 3, 2);
}

/** Attention within windows of x [N, H, W, C], every second time shifted by half of one. */
function windowAttention(walk: Walk, x: Node, shifted: boolean): Node {
  const window = windowOf(walk.tensors);
  const padded = paddedToWindows(x, window);
  const extents = padded.shape.slice(1, 3);
  const shifts = extents.map((extent) => (shifted && window < extent ? Math.floor(window / 2) : 0));
  const moved = shifts.reduce((y, by, i) => rolled(y, i + 1, by), padded);
  const scores = windowScores(walk, toWindows(moved, window), window);
  const masked = shifts.some((by) => by > 0)
    ? withMask(scores.scores, apart(walk.graph, extents, window, shifts))
    : scores.scores;
  const mixed = walk.linear(joinHeads(weigh(masked, scores.values)), 'proj');
  const back = fromWindows(mixed, window, padded.shape);
  const unmoved = shifts.reduce((y, by, i) => rolled(y, i + 1, -by), back);
  return slice(unmoved, [0, 0, 0, 0], x.shape);
}

/** Scores [N * windows, heads, positions, positions] and values [N * windows, heads, positions, width]. */
function windowScores(walk: Walk, windows: Node, window: number): { scores: Node; values: Node } {
  const table = isSecond(walk.tensors) ? undefined : bias(walk, window);
  const scale = isSecond(walk.tensors) ? walk.tensor('logit_scale', 'norm') : undefined;
  const heads = scale?.shape[0] ?? walk.tensors.shape('relative_position_bias_table')[1];
  const [q, k, values] = projected(walk, windows).map((each) => splitHeads(each, heads));
  const products = scale
    ? mul(matmul(unitNorm(q, [3]), unitNorm(k, [3]), false, true), exp(minimum(scale, Math.log(100))))
    : matmul(mul(q, q.shape[3] ** -0.5), k, false, true);
  return { scores: add(products, table ?? bias(walk, window)), values };
}

function withMask(scores: Node, mask: Node): Node {
  const [all, ...rest] = scores.shape;
  const [windows] = mask.shape;
  return reshape(add(reshape(scores, [all / windows, windows, ...rest]), mask), scores.shape);
}

/** A block: norms before attention and layers in the first version, behind them in the second. */
function block(walk: Walk, x: Node, shifted: boolean): Node {
  const attend = (y: Node) => windowAttention(walk.at('attn'), y, shifted);
  const layers = (y: Node) => walk.linear(gelu(walk.linear(y, 'mlp.0')), 'mlp.3');
  const norm = (y: Node, i: number) => walk.layerNorm(y, `norm${i}`, EPSILON);
  if (isSecond(walk.tensors.at('attn'))) {
    const y = add(x, norm(attend(x), 1));
    return add(y, norm(layers(y), 2));
  }
  const y = add(x, attend(norm(x, 1)));
  return add(y, layers(norm(y, 2)));
}

/** The four positions of each square beside each other, and half as many numbers made of them. */
function merged(walk: Walk, x: Node, second: boolean): Node {
  const even = pad(x, [0, 0, 0, 0], [0, x.shape[1] % 2, x.shape[2] % 2, 0]);
  const corner = ([down, across]: readonly number[]) =>
    slice(even, [0, down, across, 0], even.shape, [1, 2, 2, 1]);
  const joined = concat(
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ].map(corner),
    3,
  );
  if (second) return walk.layerNorm(walk.linear(joined, 'reduction'), 'norm', EPSILON);
  return walk.linear(walk.layerNorm(joined, 'norm', EPSILON), 'reduction');
}

function build(walk: Walk, x: Node, second: boolean): Node {
  const features = walk.at('features');
  const [, , patch] = features.tensors.shape('0.0.weight');
  const patches = features.conv(x, '0.0', { stride: patch, padding: 0 });
  let y = features.layerNorm(transpose(patches, [0, 2, 3, 1]), '0.2', EPSILON);
  for (const place of features.tensors.indices().slice(1)) {
    const stage = features.at(place);
    if (stage.tensors.holds('reduction')) y = merged(stage, y, second);
    else for (const i of stage.tensors.indices()) y = block(stage.at(i), y, i % 2 === 1);
  }
  y = walk.layerNorm(y, 'norm', EPSILON);
  return walk.head(globalMean(transpose(y, [0, 3, 1, 2])), 'head');
}

const NAMES: Readonly<Record<string, string>> = {
  '2,2,6,2 96': 't',
  '2,2,18,2 96': 's',
  '2,2,18,2 128': 'b',
};

/** torchvision's, of both versions (Liu et al. 2021, 2022). */
export const swin: Family = {
  name: "torchvision's Swin transformers",
  resembles: (tensors) => tensors.holds('features.1.0.attn.qkv') && tensors.holds('head'),
  recipe(tensors): Recipe {
    const [width, channels] = tensors.shape('features.0.0.weight');
    const second = isSecond(tensors.at('features.1.0.attn'));
    const stages = tensors
      .indices('features')
      .filter((i) => i % 2 === 1)
      .map((i) => tensors.count(`features.${i}.`));
    const name = NAMES[`${stages.join()} ${width}`] as string | undefined;
    return {
      title: `torchvision's ${name ? `swin_${second ? 'v2_' : ''}${name}` : `Swin transformer of ${stages.join(', ')} blocks`} with ${classesOf(tensors, 'head')} classes`,
      ...images(channels, 224),
      variants: only((walk, x) => build(walk, x, second)),
    };
  },
};
