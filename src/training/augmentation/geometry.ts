import type { Random } from '../../core/random';
import type { Augmentation } from '../../contract/run-file';
import type { ImageShape, Source } from './image';

/** Draws where the pixels of one image come from. */
export type DrawSource = (random: Random, image: ImageShape) => Source;

const whole = (random: Random, least: number, most: number): number =>
  least + Math.floor(random.uniform() * (most - least + 1));

/** Mirrored half of the time, along each axis asked for. */
export function flip(kind: NonNullable<Augmentation['flip']>): DrawSource {
  return (random, { height, width }) => {
    const across = kind !== 'vertical' && random.uniform() < 0.5;
    const down = kind !== 'horizontal' && random.uniform() < 0.5;
    return (y, x) => [down ? height - 1 - y : y, across ? width - 1 - x : x];
  };
}

/** Moved by whole pixels up to a share of each extent; the edge is repeated. */
export function shift(share: number): DrawSource {
  return (random, { height, width }) => {
    const [most, mostAcross] = [Math.floor(share * height), Math.floor(share * width)];
    const [dy, dx] = [whole(random, -most, most), whole(random, -mostAcross, mostAcross)];
    const within = (value: number, extent: number) => Math.min(extent - 1, Math.max(0, value));
    return (y, x) => [within(y + dy, height), within(x + dx, width)];
  };
}

/** Padded by zeros and cut to the old size at a random place: a move that lets zeros in. */
export function crop(padding: number): DrawSource {
  return (random) => {
    const [dy, dx] = [whole(random, -padding, padding), whole(random, -padding, padding)];
    return (y, x) => [y + dy, x + dx];
  };
}

/** Turned about the centre by up to so many degrees either way. */
export function rotation(degrees: number): DrawSource {
  return (random, { height, width }) => {
    const angle = ((2 * random.uniform() - 1) * degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
    return (y, x) => [cy + cos * (y - cy) - sin * (x - cx), cx + sin * (y - cy) + cos * (x - cx)];
  };
}

/** A square of this side set to zero about a random centre (DeVries & Taylor 2017); it may reach over the border. */
export function cutout(side: number): DrawSource {
  return (random, { height, width }) => {
    const top = whole(random, 0, height - 1) - Math.floor(side / 2);
    const left = whole(random, 0, width - 1) - Math.floor(side / 2);
    return (y, x) =>
      y >= top && y < top + side && x >= left && x < left + side ? undefined : ([y, x] as const);
  };
}
