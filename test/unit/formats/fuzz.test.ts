import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { casesOf, fuzz, hostileCases } from '../../fuzz/run';

/** A share of what `npm run fuzz` does, with seeds of its own. */
const CASES = 3000;

test('damaged files are refused or read, quickly, in little memory, and never other than they say', async () => {
  const { wrong } = await fuzz(casesOf(CASES, 700_000));
  assert.deepEqual(wrong, []);
});

test('files that were made to do harm are refused in a sentence, and run nothing', async () => {
  const { wrong, cases } = await fuzz(hostileCases('quick'));
  assert.deepEqual(wrong, []);
  assert.ok(cases > 200, `${cases} cases`);
  assert.ok(!existsSync('/tmp/landscape-pickle-ran'));
});

/** Of the large ones, one of each kind; the others are for a run by hand. */
const LARGE = [
  'lists and nothing else (x.pt)',
  'a memo of all there is (x.pth)',
  'thousands of objects with one great state (x.pt)',
  'twenty million lists (x.safetensors)',
  'a text of fifty megabytes beside a bare word (x.pt2)',
];

test('a few bytes that ask for gigabytes get none', async () => {
  const { wrong } = await fuzz(LARGE.map((subject) => ({ subject, seed: 0 })));
  assert.deepEqual(wrong, []);
});

/** Cases that went wrong once. */
const KNOWN = [
  // Errors of a program: layers called without inputs, and a list of measures that holds objects.
  { subject: 'structures/convolutions.keras', seed: 288 },
  { subject: 'structures/convolutions.h5', seed: 389 },
  { subject: 'structures/nested.h5', seed: 8844 },
  { subject: 'batch-size.experiment.json', seed: 1027 },
  // The HDF5 library took 1.75 GB.
  { subject: 'structures/nested.h5', seed: 948 },
  // A field of a program called as what every object has.
  { subject: 'torch/export/older-constant-2.1.pt2', seed: 5 },
  // Words of the runtime inside of a sentence for a person.
  { subject: 'datasets/parquet/zstd.parquet', seed: 702_076 },
];

for (const known of KNOWN)
  test(`${known.subject}, seed ${known.seed}, which went wrong once`, async () => {
    const { wrong } = await fuzz([known]);
    assert.deepEqual(wrong, []);
  });
