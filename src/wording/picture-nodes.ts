import type { Picture } from '../contract/surface';

/** The coordinates of a node of a picture. */
export function nodeAt({ side, axes }: Pick<Picture, 'side' | 'axes'>, node: number): [number, number] {
  const along = (i: 0 | 1, index: number) => {
    const { from, to } = axes[i];
    return (from * (side - 1 - index) + to * index) / (side - 1);
  };
  return [along(0, node % side), along(1, Math.floor(node / side))];
}
