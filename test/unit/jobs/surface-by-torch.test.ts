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

/**
 * What other programs found over the same plane, in float32 by their own code: Tom Goldstein's loss-landscape, and
 * loss-landscapes where it measured at all: `test/corpus/make/plane-programs.py`.
 */
interface ByPrograms {
  readonly goldstein: readonly number[];
  readonly lossLandscapes: readonly (number | null)[];
}

const read = <T>(name: string) => JSON.parse(readFileSync(corpus('torch/code', name), 'utf8')) as T;

/** However large the loss is there: it reaches 53. */
const APART = 1e-4;

test('over filter-normalized directions of a ResNet every node has the loss that PyTorch and other programs have there', async () => {
  const found = read<Found>('resnet8-gratings-plane.json');
  const programs = read<ByPrograms>('resnet8-gratings-programs.json');
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
  const { goldstein, lossLandscapes } = programs;
  const held = { torch: found.losses, goldstein, lossLandscapes };
  for (const [name, losses] of Object.entries<readonly (number | null)[]>(held)) {
    const known = losses.flatMap((expected, node) => (expected === null ? [] : [{ expected, node }]));
    assert.ok(known.length >= losses.length - side, name);
    for (const { expected, node } of known) {
      const value = loss.train[node]!;
      assert.ok(Math.abs(value - expected) <= APART, `${name}, node ${node}: ${value} for ${expected}`);
    }
  }
});
