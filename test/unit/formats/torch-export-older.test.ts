import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { quickRequest, temporaryFolder } from '../../support/corpus';
import { outputOf } from '../../support/forward';
import { recordingContext } from '../../support/job-context';
import { corpus, corpusJson } from './corpus';

// The layout of before PyTorch 2.8, written by 2.6: the weights are files of torch.save within the archive.

const references = corpusJson<{
  readonly cnn: { loss: number; gradientNorm: number; largest: readonly number[]; parameters: number };
  readonly tensors: Readonly<
    Record<'lm', Readonly<Record<string, { shape: readonly number[]; sum: number }>>>
  >;
}>('torch/weights/references.json');
const older = (name: string) => corpus('torch/export', name);

test('a program of PyTorch 2.6, with a constant and a buffer that is not saved, has the figures of PyTorch', async () => {
  const request = quickRequest(older('older-cnn.pt2'), corpus('torch/weights/cnn-data.npz'));
  const report = await analyze(request, recordingContext());
  const close = (actual: number | undefined, expected: number) =>
    assert.ok(Math.abs((actual ?? NaN) - expected) <= 5e-5 * expected, `${actual}, not ${expected}`);
  const { loss, gradientNorm, largest, parameters } = references.cnn;
  assert.equal(report.checkpoint.parameters, parameters);
  close(report.loss?.train.loss.value, loss);
  close(report.gradientNorm?.value, gradientNorm);
  close(report.spectrum.largest[0].value, largest[0]);
  assert.ok(report.checks.every(({ passed }) => passed));
});

interface Figures {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly largest: readonly number[];
  readonly parameters: number;
}

for (const [name, figures] of Object.entries(corpusJson<Record<string, Figures>>('torch/export/older.json')))
  for (const version of ['2.1', '2.2', '2.3', '2.5'])
    test(`${name} by PyTorch ${version}: loss, gradient and curvature are PyTorch's in float64`, async () => {
      const request = quickRequest(older(`older-${name}-${version}.pt2`), older(`older-${name}.npz`));
      const report = await analyze(request, recordingContext());
      const close = (actual: number | undefined, expected: number) =>
        assert.ok(Math.abs((actual ?? NaN) - expected) <= 2e-5 * expected, `${actual}, not ${expected}`);
      assert.equal(report.checkpoint.parameters, figures.parameters);
      close(report.loss?.train.loss.value, figures.loss);
      close(report.gradientNorm?.value, figures.gradientNorm);
      close(report.spectrum.largest[0].value, figures.largest[0]);
    });

test('programs of versions that no release wrote, and of those to come, are refused by the number of their schema', async () => {
  const members = unzipSync(new Uint8Array(readFileSync(older('older-cnn.pt2'))));
  const name = 'serialized_exported_program.json';
  const text = Buffer.from(members[name]).toString();
  for (const [schema, sentence] of [
    [
      '3',
      /version 3 of torch.export's schema, and only versions 1, 2, 5, 6, 7 and 8 are read: export it again with a released PyTorch from 2\.1 on/,
    ],
    ['{"major": 4, "minor": 1}', /version 4 of.*a released PyTorch from 2\.1 on/],
    ['1', /is damaged: its inputs and outputs cannot be understood/],
    ['{"major": 9, "minor": 1}', /version 9 of.*an older PyTorch/],
  ] as const) {
    const file = join(temporaryFolder(), 'other.pt2');
    const other = text.replace(/"schema_version": \{[^}]*\}/, `"schema_version": ${schema}`);
    writeFileSync(file, zipSync({ ...members, [name]: Buffer.from(other) }, { level: 0 }));
    await assert.rejects(
      openModel(file, undefined, () => [[3, 8, 8]]),
      sentence,
    );
  }
});

test('constants that PyTorch 2.1 keeps in the program itself are read', async () => {
  // fc(sin(x) * k) + 0.25, where k is a buffer and 0.25 a constant.
  const { model } = await openModel(older('older-constant-2.1.pt2'), undefined, [[3]]);
  const rows = Float64Array.from([
    -1.0845224, -1.3985955, 0.40334684, 0.83802634, -0.71925759, -0.40334353, -0.59663534, 0.18203649,
    -0.85667461, 1.1006042, -1.0711874, 0.12270124,
  ]);
  const expected = [
    0.76130849, 0.86345947, 0.73509336, -0.089365184, 0.30960774, 1.087889, 0.74741942, -0.24130648,
  ];
  const computed = await outputOf(model, rows, 4);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(computed[i] - value) < 1e-6, `${computed[i]}, not ${value}`),
  );
});

test('tensors that share a storage there are one parameter, too', async () => {
  const { model } = await openModel(older('older-tied.pt2'), undefined, () => [[10]]);
  const own = model.tensors.filter(({ trainable }) => trainable);
  assert.equal(
    own.reduce((sum, { data }) => sum + data.length, 0),
    420,
  );
  assert.ok(
    model.notes.some((note) =>
      /"lm_head\.weight".*"tok\.weight"|"tok\.weight".*"lm_head\.weight"/.test(note),
    ),
  );
  for (const { name, shape, data } of own) {
    const { shape: expected, sum } = references.tensors.lm[name];
    assert.deepEqual(shape, expected);
    const total = Float64Array.from(data).reduce((all, value) => all + value, 0);
    assert.ok(Math.abs(total - sum) < 1e-5, `${name} adds up to ${total}, not ${sum}`);
  }
});

test('an archive without its weights is refused', async () => {
  const { ['serialized_state_dict.pt']: _, ...rest } = unzipSync(
    new Uint8Array(readFileSync(older('older-cnn.pt2'))),
  );
  const file = join(temporaryFolder(), 'lost.pt2');
  writeFileSync(file, zipSync(rest, { level: 0 }));
  await assert.rejects(openModel(file), {
    name: 'UserError',
    message: /lost\.pt2: tensor "features\.0\.weight" is missing from the archive: export it again/,
  });
});
