import type { Augmentation } from '../../contract/run-file';
import type { Augment } from './augment';
import { type DrawSource, crop, cutout, flip, rotation, shift } from './geometry';
import { imageShape, resample } from './image';
import { mixup } from './mixup';
import { sizeOf } from '../../core/size-of';

/** What augmentation needs to know of the rows that the model takes. */
export interface AugmentationFacts {
  readonly rowShape: readonly number[];
  readonly layout: 'NHWC' | 'NCHW' | undefined;
  /** Numbers a row of the labels has. */
  readonly labelWidth: number;
}

/** The changes that move pixels, in the order in which they are made. */
const movesOf = ({
  flip: mirrored,
  shift: shifted,
  crop: padding,
  rotation: degrees,
  cutout: side,
}: Augmentation): (readonly [name: keyof Augmentation, draw: DrawSource])[] => [
  ...(mirrored ? [['flip', flip(mirrored)] as const] : []),
  ...(shifted ? [['shift', shift(shifted)] as const] : []),
  ...(padding ? [['crop', crop(padding)] as const] : []),
  ...(degrees ? [['rotation', rotation(degrees)] as const] : []),
  ...(side ? [['cutout', cutout(side)] as const] : []),
];

/** What is asked for although rows of this shape are no images, each in a sentence. */
export const augmentationMistakes = (settings: Augmentation, rowShape: readonly number[]): string[] =>
  imageShape(rowShape, undefined)
    ? []
    : movesOf(settings).map(
        ([name]) =>
          `"augmentation.${name}" is for images, but the rows of the data have the shape [${rowShape.join(', ')}]: leave it out`,
      );

/**
 * The changes asked for, one after the other, anew for each row: mirror, shift, crop, rotation, cutout, noise; mixup last.
 * The settings suit the rows, by {@link augmentationMistakes}.
 */
export function createAugmentation(settings: Augmentation, facts: AugmentationFacts): Augment {
  const moves = movesOf(settings);
  const width = sizeOf(facts.rowShape);
  const image = moves.length > 0 ? imageShape(facts.rowShape, facts.layout) : undefined;
  const mix = settings.mixup === undefined ? undefined : mixup(settings.mixup, width, facts.labelWidth);
  const { noise } = settings;
  return (batch, random) => {
    const { inputs, rows } = batch;
    if (image) {
      const copy = inputs.slice(0, width);
      for (let row = 0; row < rows; row++) {
        const own = inputs.subarray(row * width, (row + 1) * width);
        for (const [, draw] of moves) resample(own, copy, image, draw(random, image));
      }
    }
    if (noise !== undefined) for (let i = 0; i < rows * width; i++) inputs[i] += noise * random.normal();
    mix?.(batch, random);
  };
}
