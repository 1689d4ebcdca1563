import type { LossName } from '../../contract/vocabulary';

const FROM_SCORES: Partial<Record<LossName, string>> = {
  'categorical-crossentropy': 'SparseCategoricalCrossentropy',
  'binary-crossentropy': 'BinaryCrossentropy',
  'binary-focal-crossentropy': 'BinaryFocalCrossentropy',
  'categorical-focal-crossentropy': 'CategoricalFocalCrossentropy',
};

/** A loss as a checkpoint of Keras 3 stores it; labels of classes are taken as indices. */
export function compiledLoss(loss: LossName, outputActivation: 'softmax' | 'sigmoid' | 'linear'): unknown {
  const className = FROM_SCORES[loss];
  if (className === undefined) return loss.replaceAll('-', '_');
  return { class_name: className, config: { from_logits: outputActivation === 'linear' } };
}
