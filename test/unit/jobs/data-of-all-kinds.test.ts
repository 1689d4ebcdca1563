import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { preview } from '../../../src/jobs/describe/preview';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { measurePoint } from '../../../src/jobs/preparation/measure-point';
import type { AnalyzeRequest } from '../../../src/contract/settings';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const network = corpus('keras/cnn-digits.keras');
const digits = corpus('data/digits.npz');
const { signal } = new AbortController();

async function lossOn(data: string, more: Partial<AnalyzeRequest>) {
  const problem = await openProblem({ ...quickRequest(network, data), ...more }, signal);
  const { loss, rows } = await measurePoint(problem, 'train', problem.objective.origin, signal);
  problem.objective.dispose();
  const { notes, selection, dataset } = problem;
  return { loss: loss.value, rows, notes, description: selection.description, dataset };
}

/** The digits as a table: 64 numbers and the label a line. */
async function digitsAsCsv(): Promise<string> {
  const { train } = await readDataset(digits);
  const [{ data }] = train.inputs;
  const lines = Array.from({ length: train.rows }, (_, row) => [
    ...Array.from(data.subarray(64 * row, 64 * row + 64)),
    train.labels.data[row],
  ]);
  const file = join(temporaryFolder(), 'digits.csv');
  const names = [...Array.from({ length: 64 }, (_, i) => `pixel${i}`), 'label'];
  writeFileSync(file, [names.join(','), ...lines.map((line) => line.join(','))].join('\n'));
  return file;
}

test('a table gives the loss that the arrays it was written from give, of the same rows', async () => {
  const csv = await digitsAsCsv();
  for (const samples of ['first:100', 100] as const) {
    const [wanted, found] = [await lossOn(digits, { samples }), await lossOn(csv, { samples })];
    assert.equal(found.loss, wanted.loss);
    assert.deepEqual([found.rows, found.description], [100, wanted.description]);
    // Only those rows were read.
    assert.equal(found.dataset.train.rows, 100);
    assert.match(found.notes.join('\n'), /target is the column label/);
    assert.match(found.notes.join('\n'), /64 a row were taken for images of 8 x 8 x 1/);
  }
});

test('a file is shown by its first rows and the counts of its labels', async () => {
  const shown = async (name: string, choices = {}) =>
    preview({ data: corpus(join('datasets', name)), choices }, recordingContext());
  const flowers = await shown('csv/flowers-train.csv');
  assert.deepEqual(
    [flowers.format, flowers.size, flowers.labels, flowers.rows.length, flowers.rows[0]?.label],
    ['CSV', '9 rows of 3 floats, 4 for the test', '3 different labels: 0 × 3, 1 × 3, 2 × 3', 3, '0'],
  );
  const pictures = await shown('pictures', { image: { resize: [8, 8] } });
  assert.match(pictures.size, /^7 rows of 8 × 8 × 3 bytes, 2 for the test$/);
  assert.equal(pictures.labels, '2 different labels: 0 × 3, 1 × 4');
  assert.match((await shown('idx')).labels, /different labels/);
  assert.match((await shown('cifar-10-batches-bin')).size, /^4 rows of 3 × 32 × 32 bytes/);
  const digits = await preview({ data: corpus('data/digits.npz'), choices: {} }, recordingContext());
  // As a line of a list holds them: counted by Python.
  assert.equal(digits.labels, '10 different labels, of 139 to 146 rows each');
  assert.match(digits.rows[0]?.inputs ?? '', /^(\S+, ){5}… \(from 0 to 1, mean 0\.\d+\)$/);
  assert.match((await shown('names.npz')).notes[0] ?? '', /by their names/);
});

test('what a file leaves open is asked', async () => {
  const ask = async (name: string) =>
    (await preview({ data: corpus(join('datasets', name)), choices: {} }, recordingContext())).ask;
  assert.deepEqual(await ask('csv/bare.csv'), { what: 'target', columns: ['0', '1', '2'] });
  assert.deepEqual(await ask('tokens/train.bin'), { what: 'window' });
  assert.deepEqual(await ask('pictures'), { what: 'size' });
});
