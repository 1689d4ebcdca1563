import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  LayerDescription,
  ModelDescription,
  StoredTensor,
} from '../../../src/formats/checkpoints/keras/description';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';

/** A file of the corpus by its path there. */
export const corpus = (...parts: string[]) => join(__dirname, '../../corpus', ...parts);

/** A JSON file of the corpus. */
export const corpusJson = <Value>(...parts: string[]) =>
  JSON.parse(readFileSync(corpus(...parts), 'utf8')) as Value;

/** Opens what must be a Keras or TensorFlow.js checkpoint. */
export async function openKeras(path: string) {
  const { checkpoint, ...rest } = await openCheckpoint(path);
  assert.ok('config' in checkpoint);
  return { ...rest, checkpoint };
}

/** A weight with the path that Keras gives it inside its model and whether training moves it. */
export interface PathedTensor extends StoredTensor {
  readonly path: string;
  readonly trainable: boolean;
}

const FIXED = /^(moving_mean|moving_variance|mean|variance)$/;

/** All weights of a model in Keras' order, each once. */
export function tensorsOf(model: ModelDescription): PathedTensor[] {
  const seen = new Set<StoredTensor>();
  const visit = (layer: LayerDescription, prefix: string): PathedTensor[] => {
    const path = prefix + layer.name;
    const own = layer.variables.flatMap((tensor) => {
      if (seen.has(tensor)) return [];
      seen.add(tensor);
      return [
        { ...tensor, path: `${path}/${tensor.name}`, trainable: layer.trainable && !FIXED.test(tensor.name) },
      ];
    });
    const children = Object.values(layer.children).flatMap((child) => visit(child, `${path}/`));
    return [...own, ...children, ...(layer.model?.layers ?? []).flatMap((inner) => visit(inner, ''))];
  };
  return model.layers.flatMap((layer) => visit(layer, ''));
}

/** Sum of a tensor's elements. */
export const sumOf = (data: ArrayLike<number>) => Array.from(data).reduce((sum, value) => sum + value, 0);
