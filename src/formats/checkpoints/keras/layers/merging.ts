import type { Node } from '../../../../autodiff/graph';
import { concat, reduceMax, sub } from '../../../../autodiff/operations';
import { eitherMask, maskLike } from '../../../../network/masks';
import * as merging from '../../../../network/merging';
import type { LayerRow, LayerSource, LayerUse, MaskFunction } from './row';

type Masks = LayerUse['masks'];

function merge(
  className: string,
  build: (layer: LayerSource) => (parts: readonly Node[], masks: Masks) => Node,
  masks?: MaskFunction,
): LayerRow {
  return {
    classNames: [className],
    masks,
    build: (layer) => {
      const combine = build(layer);
      return ({ inputs, masks: given }) => combine(inputs, given);
    },
  };
}

/** A step counts where it does in one of the inputs; without a mask where an input has none. */
const oneOf: MaskFunction = ({ masks }) => {
  const present = masks.filter((mask) => mask !== undefined);
  return present.length === masks.length ? [present.reduce(eitherMask)] : [];
};

/** Masks one after the other; of features side by side, the steps that count in one of them (Keras 2: in all). */
const concatenated: MaskFunction = ({ inputs, masks }, config, legacy) => {
  if (!masks.some((mask) => mask)) return [];
  const stored = config.integer('axis', -1);
  const axis = stored < 0 ? stored + inputs[0].shape.length : stored;
  const wide = inputs.map((x, i) => {
    const mask = masks[i];
    return mask ? maskLike(mask, x) : x.graph.fill(1, x.shape);
  });
  const joined = concat(wide, axis);
  const last = joined.shape.length - 1;
  return [legacy ? sub(1, reduceMax(sub(1, joined), [last])) : reduceMax(joined, [last])];
};

export const mergingRows: readonly LayerRow[] = [
  merge('Add', () => merging.sumOf, oneOf),
  merge('Subtract', () => merging.differenceOf, oneOf),
  merge(
    'Multiply',
    ({ legacy }) =>
      (parts, masks) =>
        // Keras 2 multiplies what is masked too.
        legacy ? merging.productOf(parts) : merging.maskedProductOf(parts, masks),
    oneOf,
  ),
  merge('Average', () => merging.averageOf, oneOf),
  merge(
    'Maximum',
    ({ legacy }) =>
      (parts, masks) =>
        merging.maximumOf(parts, legacy ? [] : masks),
    oneOf,
  ),
  merge(
    'Minimum',
    ({ legacy }) =>
      (parts, masks) =>
        merging.minimumOf(parts, legacy ? [] : masks),
    oneOf,
  ),
  merge(
    'Concatenate',
    ({ config }) => {
      const axis = config.integer('axis', -1);
      return (parts) => merging.concatenate(parts, axis);
    },
    concatenated,
  ),
  merge('Dot', ({ config }) => {
    const [left, right] = config.perAxis('axes', 2, -1);
    const normalized = config.flag('normalize', false);
    return ([a, b]) => merging.dot(a, b, [left, right], normalized);
  }),
];
