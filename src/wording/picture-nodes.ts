import type { Picture, PictureMark } from '../contract/surface';

/** The coordinates of a node of a picture. */
export function nodeAt({ side, axes }: Pick<Picture, 'side' | 'axes'>, node: number): [number, number] {
  const along = (i: 0 | 1, index: number) => {
    const { from, to } = axes[i];
    return (from * (side - 1 - index) + to * index) / (side - 1);
  };
  return [along(0, node % side), along(1, Math.floor(node / side))];
}

/** Does a checkpoint lie off its plane by more than a step between levels, so that what lies under it is not it? */
export const isOffPlane = ({ off, distance }: Pick<PictureMark, 'off' | 'distance'>): boolean =>
  distance > 0 && (off === null || off > 1);
