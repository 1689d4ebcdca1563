import type { Node } from '../../../../autodiff/graph';
import { mul, reduceSum, reshape } from '../../../../autodiff/operations';
import {
  depthToSpace,
  extractPatches,
  fold,
  sobelEdges,
  spaceToDepth,
  unfold,
} from '../../../../network/patches';
import { alongAxis } from '../../../../network/scale-channels';
import { cropping, zeroPadding } from '../../../../network/shaping';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from '../layers/config';
import type { LayerRow } from '../layers/row';
import { mixesRows, operationRow, tensorsOf } from './operands';

/** A row of an operation on batches of images. */
const image = (name: string, run: (x: Node, config: LayerConfig) => Node): LayerRow =>
  operationRow(name, (operands, config) => {
    const [x] = tensorsOf(operands);
    // Without an axis of its own for rows, one image would be made of several.
    if (x.shape.length < 4) throw mixesRows();
    return run(x, config);
  });

const spatial = ({ shape }: Node, config: LayerConfig) =>
  config.order() === 'first' ? shape.slice(2) : shape.slice(1, -1);

/** [before, after] of height and width, of which one may follow from the extent that is wanted. */
function margins(x: Node, config: LayerConfig, change: (have: number, wanted: number) => number) {
  const [height, width] = spatial(x, config);
  const side = (before: string, after: string, have: number, target: string): [number, number] => {
    const [low, high] = [config.optional(before), config.optional(after)];
    const whole = () => change(have, config.integer(target));
    return [low ?? whole() - (high ?? 0), high ?? whole() - (low ?? 0)];
  };
  return (what: 'padding' | 'cropping') => [
    side(`top_${what}`, `bottom_${what}`, height, 'target_height'),
    side(`left_${what}`, `right_${what}`, width, 'target_width'),
  ];
}

/** The luminance of red, green and blue. */
function grayscale(x: Node, config: LayerConfig): Node {
  const axis = config.order() === 'first' ? 1 : 3;
  if (x.shape[axis] === 1) return x;
  if (x.shape[axis] !== 3) throw new UserError(`takes images of 3 channels, not of ${x.shape[axis]}`);
  const shares = x.graph.constant(Float64Array.of(0.2989, 0.587, 0.114), [3]);
  const gray = reduceSum(mul(x, alongAxis(shares, x, axis)), [axis]);
  return reshape(
    gray,
    x.shape.map((extent, a) => (a === axis ? 1 : extent)),
  );
}

const blocks = (config: LayerConfig) => ({
  window: config.perAxis('kernel_size', 2, 1),
  strides: config.perAxis('stride', 2, 1),
  dilations: config.perAxis('dilation', 2, 1),
  zeros: config.perAxis('padding', 2, 0),
});

export const imageOperations: readonly LayerRow[] = [
  image('DepthToSpace', (x, config) => depthToSpace(x, config.integer('block_size'), config.order())),
  image('SpaceToDepth', (x, config) => spaceToDepth(x, config.integer('block_size'), config.order())),
  image('ExtractPatches', (x, config) => {
    const rank = x.shape.length - 2;
    const window = config.perAxis('size', rank, 1);
    return extractPatches(x, window, {
      strides: config.perAxis('strides', rank, window),
      dilations: config.perAxis('dilation_rate', rank, 1),
      padding: config.padding(),
      order: config.order(),
    });
  }),
  image('Unfold', (x, config) => unfold(x, blocks(config))),
  operationRow('Fold', (operands, config) =>
    fold(tensorsOf(operands)[0], config.perAxis('output_size', 2, 1), blocks(config)),
  ),
  image('CropImages', (x, config) =>
    cropping(x, margins(x, config, (have, wanted) => have - wanted)('cropping'), config.order()),
  ),
  image('PadImages', (x, config) =>
    zeroPadding(x, margins(x, config, (have, wanted) => wanted - have)('padding'), config.order()),
  ),
  image('RGBToGrayscale', grayscale),
  image('SobelEdges', (x, config) => sobelEdges(x, config.order())),
];
