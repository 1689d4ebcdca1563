import { type Shape, sameShape } from '../../../autodiff/shape';
import { sizeOf } from '../../../core/size-of';
import { NCHWC } from '../model-builder';
import type { Tensor } from '../tensor';

/** The runtime takes channels in fours when it cuts them into blocks. */
const READ_CHANNELS = 4;

/** From so many rows on it pays to repeat a value a channel over the positions of one. */
const LEAST_ROWS = 8;

/** The next multiple of `unit`. */
export const roundUp = (count: number, unit: number): number => Math.ceil(count / unit) * unit;

/**
 * A value of shape [N, C, H, W] in blocks of channels, as the runtime's fast convolutions take it: one element after
 * the other as [N, C / block, H, W, block]. Seen in that shape, the standard operators work on it as on any tensor.
 */
export class Blocked {
  constructor(
    /** [N, C / block, H, W, block]. */
    readonly tensor: Tensor,
    /** The convolution that made it, so that a sum with it can become part of it. */
    readonly product?: Product,
  ) {}

  /** From [N, C, H, W] with any number of channels; missing ones are zero. */
  static of(x: Tensor, block: number): Blocked {
    const [n, channels, ...space] = x.shape;
    const missing = roundUp(channels, READ_CHANNELS) - channels;
    const padded = x.pad([0, 0, 0, 0], [0, missing, 0, 0]);
    const shape = [n, roundUp(channels, block), ...space];
    return Blocked.seen(padded.apply(`${NCHWC}/ReorderInput`, shape), block);
  }

  /** A result of one of the runtime's operators, which count blocked channels as [N, C, H, W]. */
  static seen(x: Tensor, block: number, product?: Product): Blocked {
    const [n, channels, ...space] = x.shape;
    return new Blocked(x.reshape([n, channels / block, ...space, block]), product);
  }

  get block(): number {
    return this.tensor.shape[4];
  }

  get channels(): number {
    return this.tensor.shape[1] * this.block;
  }

  /** [N, C, H, W], as the runtime's own operators count; the elements stay in blocks. */
  get nominal(): Tensor {
    const [n, , ...rest] = this.tensor.shape;
    return this.tensor.reshape([n, this.channels, rest[0], rest[1]]);
  }

  /** The first `channels` of them as [N, C, H, W] in plain order. */
  standard(channels = this.channels): Tensor {
    const [n, , h, w] = this.tensor.shape;
    return this.nominal.apply(`${NCHWC}/ReorderOutput`, [n, channels, h, w], { channels });
  }

  /** The first `channels` of them as [N, H, W, C] in plain order. */
  channelsLast(channels = this.channels): Tensor {
    const [n, , h, w] = this.tensor.shape;
    return this.nominal.apply(`${NCHWC}/ReorderOutput`, [n, h, w, channels], { channels, channels_last: 1 });
  }
}

/** A convolution that can still take in a value a channel, or a tensor shaped as its result, to add. */
export interface Product {
  plusBias(bias: Tensor): Blocked | undefined;
  /** `isOwn`: nothing else reads the sum, so that it may itself take in the next one. */
  plus(sum: Blocked, isOwn: boolean): Blocked | undefined;
}

/** A tensor that broadcasts to `shape` = [N, C, H, W], so that it broadcasts to [N, C / block, H, W, block]. */
export function operandInBlocks(x: Tensor, shape: Shape, block: number): Tensor {
  if (sizeOf(x.shape) === 1) return x.reshape([]);
  if (sameShape(x.shape, shape)) return Blocked.of(x, block).tensor;
  const [n, c, h, w] = [...new Array<number>(4 - x.shape.length).fill(1), ...x.shape];
  if (c === 1) return x.reshape([n, 1, h, w, 1]);
  if (h * w === 1) {
    const perChannel = x.reshape([n, c / block, 1, 1, block]);
    // Repeated over the positions of one row: as runs of one block the runtime takes four times as long.
    return n === 1 && shape[0] >= LEAST_ROWS
      ? perChannel.expand([1, c / block, shape[2], shape[3], block])
      : perChannel;
  }
  return x.reshape([n, c / block, block, h, w]).transpose([0, 1, 3, 4, 2]);
}
