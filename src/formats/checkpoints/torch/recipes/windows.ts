import type { Node } from '../../../../autodiff/graph';
import { pad, reshape, transpose } from '../../../../autodiff/operations';

/** Zeros behind the positions of [N, H, W, C] up to the next multiple of `window`. */
export function paddedToWindows(x: Node, window: number): Node {
  const [height, width] = [1, 2].map((axis) => (window - (x.shape[axis] % window)) % window);
  return pad(x, [0, 0, 0, 0], [0, height, width, 0]);
}

/** [N, H, W, C] as [N * windows, window * window, C]. */
export function toWindows(x: Node, window: number): Node {
  const [rows, height, width, channels] = x.shape;
  const apart = reshape(x, [rows, height / window, window, width / window, window, channels]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [
    (rows * height * width) / window ** 2,
    window ** 2,
    channels,
  ]);
}

/** {@link toWindows} undone, for [N, H, W, ...]. */
export function fromWindows(x: Node, window: number, [rows, height, width]: readonly number[]): Node {
  const channels = x.shape[2];
  const apart = reshape(x, [rows, height / window, width / window, window, window, channels]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [rows, height, width, channels]);
}
