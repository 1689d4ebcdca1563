import type { Augmentation } from '../../shared/run-file';
import type { Augment } from './augment';
import { type DrawSource, crop, cutout, flip, rotation, shift } from './geometry';
import { imageShape, resample } from './image';
import { mixup } from './mixup';

/** What augmentation needs to know of the rows that the model takes. */
export interface AugmentationFacts {
  readonly rowShape: readonly number[];
  readonly layout: 'NHWC' | 'NCHW' | undefined;
  /** Numbers a row of the labels has. */
  readonly labelWidth: number;
}

/**
 * The changes asked for, one after the other, anew for each row: mirror, shift, crop, rotation, cutout, noise; mixup last.
 * @throws UserError when the rows are no images and a change of images is asked for.
 */
export function createAugmentation(settings: Augmentation, facts: AugmentationFacts): Augment {
  const moves: (readonly [string, DrawSource])[] = [
    ...(settings.flip ? [['flip', flip(settings.flip)] as const] : []),
    ...(settings.shift ? [['shift', shift(settings.shift)] as const] : []),
    ...(settings.crop ? [['crop', crop(settings.crop)] as const] : []),
    ...(settings.rotation ? [['rotation', rotation(settings.rotation)] as const] : []),
    ...(settings.cutout ? [['cutout', cutout(settings.cutout)] as const] : []),
  ];
  const width = facts.rowShape.reduce((product, extent) => product * extent, 1);
  const [first] = moves;
  const image = first && imageShape(facts.rowShape, facts.layout, first[0]);
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
