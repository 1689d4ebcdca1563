import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Surface, surfaceChoicesSchema } from '../../../src/contract/surface';
import { surface } from '../../../src/jobs/surface/surface';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

/** What PyTorch found along the same draws, filter by filter and in float64: `test/corpus/make/plane.py`. */
interface Found {
  readonly seed: number;
  readonly lengths: readonly number[];
  readonly losses: readonly number[];
}

test('over filter-normalized directions of a ResNet every node has the loss that PyTorch has there', async () => {
  const found = JSON.parse(readFileSync(corpus('torch/code/resnet8-gratings-plane.json'), 'utf8')) as Found;
  const checkpoint = corpus('torch/code/resnet8-gratings.pt2');
  const { seed } = found;
  const asked = { seed, samples: 'first:64', input: { scale: 1 / 255 } } as const;
  const { pictures } = await surface(
    {
      checkpoints: [checkpoint],
      settings: quickRequest(checkpoint, corpus('data/gratings.npz'), asked),
      choices: surfaceChoicesSchema.parse({ plane: 'random', refinements: 0 }),
      title: '',
    },
    recordingContext<Surface>(),
  );
  const [{ axes, loss, side }] = pictures;
  axes.forEach(({ filterUnit }, i) => assert.ok(Math.abs(filterUnit! / found.lengths[i] - 1) < 1e-9));
  assert.equal(side ** 2, found.losses.length);
  found.losses.forEach((expected, node) => {
    const value = loss.train[node]!;
    assert.ok(Math.abs(value - expected) <= 1e-4 * Math.max(1, expected), `${value} for ${expected}`);
  });
});
