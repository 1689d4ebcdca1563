import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Surface, surfaceChoicesSchema } from '../../../src/contract/surface';
import { LevelScale } from '../../../src/core/level-scale';
import { surface } from '../../../src/jobs/surface/surface';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const draw = (network: string, data: string, choices: object) => {
  const checkpoint = corpus(`keras/${network}.keras`);
  return surface(
    {
      checkpoints: [checkpoint],
      settings: quickRequest(checkpoint, corpus(`data/${data}.npz`), { samples: 'first:100' }),
      choices: surfaceChoicesSchema.parse({ refinements: 2, ...choices }),
      title: '',
    },
    recordingContext<Surface>(),
  );
};

/** In steps between levels, over all nodes. */
function furthestApart({ levels, pictures: [a] }: Surface, { pictures: [b] }: Surface): number {
  const scale = new LevelScale(levels);
  const height = (loss: number | null) => scale.height(loss ?? Infinity);
  return Math.max(...a.loss.train.map((loss, node) => Math.abs(height(loss) - height(b.loss.train[node]))));
}

test('a picture that reaches two and four times as far is off by no more than it says, of fewer evaluations', async () => {
  for (const [network, data] of [
    ['mlp-tanh-moons', 'moons'],
    ['mlp-diabetes', 'diabetes'],
  ] as const) {
    const { to: reach } = (await draw(network, data, { refinements: 0 })).pictures[0].axes[0];
    for (const times of [2, 4]) {
      const radius = times * reach;
      const adaptive = await draw(network, data, { radius });
      const whole = await draw(network, data, { radius, tolerance: 1e-9 });
      assert.equal(whole.pictures[0].measured.length, 33 ** 2);
      const [{ error, measured }] = adaptive.pictures;
      const off = furthestApart(adaptive, whole);
      assert.ok(off <= error.bound, `${network}, ${times} times: off by ${off}, said ${error.bound}`);
      assert.ok(measured.length < 33 ** 2 / 2);
    }
  }
});
