import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import { runFileSchema } from '../../../src/contract/run-file';
import { goingOn } from '../../../src/editor/training/going-on';
import { runOf } from '../../../src/editor/training/held-run';
import { temporaryFolder } from '../settings/temporary-folder';
import { aHistory } from './a-history';

beforeEach(resetFake);

/** A folder in which a run of two epochs with dropout has left its history. */
function held(status: 'cancelled' | 'complete'): string {
  const folder = temporaryFolder();
  const history = aHistory(folder);
  const run = {
    ...history.run,
    model: { kind: 'mlp', hidden: [4] },
    regularization: { dropout: 0.5, l2: 0.1 },
  };
  writeFileSync(join(folder, 'history.json'), JSON.stringify({ ...history, run, status }));
  return folder;
}

test('a run that was stopped goes on in its folder, without a question', async () => {
  const folder = held('cancelled');
  const checkpoint = join(folder, 'epoch-1.keras');
  assert.equal(runOf(checkpoint), folder);
  assert.equal(runOf(join(folder, 'averages', 'a.keras')), folder);
  const going = await goingOn(checkpoint, folder);
  assert.equal(going?.out, folder);
  assert.deepEqual(going.run.regularization, { dropout: 0.5, l2: 0.1 });
});

test('one that has ended goes on from the checkpoint in a folder of its own, or is shown', async () => {
  const folder = held('complete');
  const checkpoint = join(folder, 'epoch-2.keras');
  fake.pick = () => 'more from epoch-2.keras';
  const going = await goingOn(checkpoint, folder);
  assert.equal(going?.out, `${folder}-2`);
  assert.equal(going.run.model, checkpoint);
  assert.deepEqual(going.run.regularization, { l2: 0.1 });
  assert.ok(runFileSchema.safeParse(going.run).success);
  fake.pick = () => 'finished run';
  assert.equal((await goingOn(checkpoint, folder))?.out, folder);
  fake.pick = () => undefined;
  assert.equal(await goingOn(checkpoint, folder), undefined);
});

test('a history that cannot be read is named', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'history.json'), '{');
  await assert.rejects(goingOn(join(folder, 'a.keras'), folder), /history\.json .*cannot be read/);
});
