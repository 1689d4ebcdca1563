import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expandExperiment } from '../../../../src/analysis/experiments/expand';
import { experimentFileSchema } from '../../../../src/contract/experiment';

const folder = path.join(__dirname, '../../../../media/experiments');
const files = readdirSync(folder).filter((name) => name.endsWith('.experiment.json'));
const read = (name: string) =>
  experimentFileSchema.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));

test('there is a small and a full form of each claim', () => {
  const small = files.filter((name) => !name.endsWith('.full.experiment.json'));
  assert.equal(small.length, 11);
  assert.deepEqual(
    files,
    small.flatMap((name) => [name.replace('.experiment.json', '.full.experiment.json'), name]).sort(),
  );
  for (const name of files) assert.equal(read(name).form, name.includes('.full.') ? 'full' : 'small');
});

for (const name of files)
  test(`${name} can be run: no mistake, data that are there, three seeds for each claim`, () => {
    const file = read(name);
    const { runs, mistakes } = expandExperiment(file);
    assert.deepEqual(mistakes, []);
    assert.ok(runs!.every(({ run }) => existsSync(path.resolve(folder, run.data))));
    assert.ok(new Set(file.seeds).size >= 3 && file.claims.length > 0);
    assert.match(file.background, /(19|20)\d\d/, 'the literature is named');
  });
