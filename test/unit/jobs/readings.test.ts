import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { analyze } from '../../../src/jobs/analyze';
import type { AnalyzeRequest } from '../../../src/shared/settings';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

// Files that were once read as something else, the figures being those of float64 by JAX or NumPy: what they mean is
// measured, and what is not known is said or refused.

const file = (name: string) => corpus('readings', ...name.split('/'));
const beside = (name: string, data: string) => file(join(name, '..', data));

interface Right {
  readonly data?: string;
  readonly settings?: Partial<AnalyzeRequest>;
  readonly loss: number;
  readonly parameters: number;
  readonly largest: number;
  /** A sentence of the report's. */
  readonly said?: RegExp;
}

function measures(name: string, { data = 'data.npz', settings, ...right }: Right): void {
  it(`${name} is measured as it is meant${settings ? ` with ${JSON.stringify(settings)}` : ''}`, async () => {
    const request = quickRequest(file(name), beside(name, data), { top: 4, ...settings });
    const { checkpoint, loss, spectrum, notes } = await analyze(request, recordingContext());
    const near = (found: number, wanted: number, what: string) =>
      assert.ok(Math.abs(found - wanted) <= 1e-5 * Math.abs(wanted), `${what} ${found}, not ${wanted}`);
    assert.equal(checkpoint.parameters, right.parameters);
    near(loss!.train.loss.value, right.loss, 'loss');
    near(spectrum.largest[0].value, right.largest, 'largest eigenvalue');
    if (right.said) assert.match(notes.join('\n'), right.said);
  });
}

function refuses(
  name: string,
  sentence: RegExp,
  data = 'data.npz',
  settings?: Partial<AnalyzeRequest>,
): void {
  it(`${name} is refused`, async () => {
    const request = quickRequest(file(name), beside(name, data), settings);
    await assert.rejects(analyze(request, recordingContext()), sentence);
  });
}

describe("classes of one's own under Keras' names", () => {
  const own = 'own-class-named-as-keras';
  refuses(
    'own-class-keras2-h5/model.h5',
    /UserError: .*"layer_normalization" is called LayerNormalization but does not have the settings/,
    '../normalization-nested-h5/data.npz',
  );
  refuses(
    'own-class-keras2-h5/model.keras',
    /UserError: .*"layer_normalization" is a custom layer \(Custom>LayerNormalization\)/,
    '../normalization-nested-h5/data.npz',
  );
  for (const [name, sentence] of [
    ['layer-of-a-module-unregistered', /custom layer \(ownparts>LayerScale\)/],
    ['Dropout-that-halves', /custom layer \(ownparts>Dropout\)/],
    ['loss-class-registered-in-a-package', /a loss of one's own \(mylib>LogCosh\)/],
  ] as const)
    refuses(`${own}/${name}.keras`, sentence, '../normalization-nested-h5/data.npz');
});

describe('what Keras trains', () => {
  measures('trainable-inside-frozen/last-block.keras', {
    loss: 1.3373179508880828,
    parameters: 56,
    largest: 2.431082,
    said: /dense_1 is trained inside sequential, which is frozen/,
  });
  measures('trainable-inside-frozen/lora.keras', {
    loss: 1.3658153061111948,
    parameters: 94,
    largest: 2.151591,
    said: /LoRA/,
  });
  for (const name of ['model.h5', 'model.keras'])
    measures(`normalization-nested-h5/${name}`, {
      loss: 1.9959359931449718,
      parameters: 38,
      largest: 4.958344,
    });
});
