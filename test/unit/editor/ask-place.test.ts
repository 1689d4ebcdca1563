import { resetFake } from './fake-vscode';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { isWorthAsking } from '../../../src/editor/elsewhere/ask-place';

beforeEach(resetFake);

test('where something is done is asked only where it takes long here and there is somewhere else', () => {
  const asks = (slurm: readonly string[], tasks: number, seconds?: number) =>
    isWorthAsking({ slurm, processes: 2, tasks, ...(seconds === undefined ? {} : { seconds }) });
  assert.equal(asks(['slurm'], 6, 3600), true);
  assert.equal(asks(['slurm'], 6, 60), false);
  // How long trainings take is not known.
  assert.equal(asks(['slurm:long'], 6), true);
  assert.equal(asks([], 6, 3600), true);
  assert.equal(asks([], 1, 3600), false);
  assert.equal(asks([], 6), false);
});
