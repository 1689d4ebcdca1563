import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lossWeightNotes } from '../../../src/formats/checkpoints/keras/compiled';

describe('the factor of a compiled loss', () => {
  it('is told where it is not 1, in every form that Keras stores', () => {
    const said = /^The checkpoint was compiled with loss_weights 0\.5: that factor is left out/;
    for (const stored of [0.5, [0.5], { out: 0.5 }])
      assert.match(lossWeightNotes({ loss: 'mse', loss_weights: stored }).join(), said);
    assert.match(lossWeightNotes({ config: { loss: 'mse', loss_weights: [0.5] } }).join(), said);
    for (const stored of [null, undefined, 1, [1], { out: 1 }])
      assert.deepEqual(lossWeightNotes({ loss: 'mse', loss_weights: stored }), []);
    assert.deepEqual(lossWeightNotes(undefined), []);
  });
});
