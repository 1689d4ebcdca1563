import { torchType } from '../../src/formats/checkpoints/torch/element-types';
import type { StoredWeight, StoredWeights } from '../../src/formats/checkpoints/torch/weights/description';
import { weightOf } from './weights-by-name';

/** Weights as read from a file, of tensors written as `name:2x3 name:`, with the numbers that follow from their names. */
export function storedWeights(tensors: string, gain?: number): StoredWeights {
  const type = torchType('float32')!;
  const read = tensors.split(' ').map((text): [string, StoredWeight] => {
    const [name, extents] = text.split(':');
    const shape = extents === '' ? [] : extents.split('x').map(Number);
    return [
      name,
      {
        type,
        shape,
        learned: undefined,
        identity: name,
        get data() {
          return weightOf(name, shape, gain);
        },
      },
    ];
  });
  return {
    format: 'torch-weights',
    name: 'weights',
    kind: 'PyTorch weights',
    set: '',
    tensors: new Map(read),
    unread: new Map(),
    notes: [],
  };
}
