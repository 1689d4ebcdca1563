import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FileRecords, stampOf } from '../../../src/editor/store/file-records';
import { ReportStore } from '../../../src/editor/store/report-store';
import { Summaries } from '../../../src/editor/store/summaries';
import { temporaryFolder } from '../settings/temporary-folder';

/** An engine that counts what it is asked to read. */
function house(said: { model?: string } = {}) {
  const folder = temporaryFolder();
  const checkpoint = path.join(folder, 'weights.pth');
  writeFileSync(checkpoint, 'bytes');
  const asked: { readonly model?: string }[] = [];
  const request = async (_: string, params: { readonly model?: string }) => {
    asked.push(params);
    return { path: checkpoint, sha256: 'its hash', files: [await stampOf(checkpoint)] };
  };
  const store = new ReportStore(path.join(folder, 'store'));
  const summaries = new Summaries({ request } as never, store.records, () => Promise.resolve(said));
  return { checkpoint, asked, store, summaries };
}

test('a checkpoint is read once for all that ask, and again when it has changed', async () => {
  const { checkpoint, asked, summaries } = house();
  const [first, second] = await Promise.all([summaries.of(checkpoint), summaries.of(checkpoint)]);
  assert.equal(first, second);
  assert.equal(await summaries.of(checkpoint), first);
  assert.equal(await summaries.within(checkpoint, 1000), first);
  assert.equal(asked.length, 1);
  writeFileSync(checkpoint, 'others, and more');
  await summaries.of(checkpoint);
  assert.equal(asked.length, 2);
});

test('what was read need not be hashed for the job that follows', async () => {
  for (const model of [undefined, '/w/model.pt2']) {
    const { checkpoint, asked, store, summaries } = house(model === undefined ? {} : { model });
    await summaries.of(checkpoint);
    assert.equal(asked[0]?.model, model);
    const hash = () => Promise.reject(new Error('It was read again.'));
    assert.equal(await store.hashOf({ data: '/w/d.npz', model }, checkpoint, hash), 'its hash');
    // In another architecture the same weights are another network.
    const other = store.hashOf({ data: '/w/d.npz', model: '/w/other.pt2' }, checkpoint, hash);
    await assert.rejects(other, /read again/);
  }
});

test('an index that cannot be written keeps nobody from the summary', async () => {
  const { checkpoint, summaries } = house();
  const broken = new FileRecords(path.join(checkpoint, 'no folder'));
  const engine = { request: () => Promise.resolve({ sha256: 'x', files: [] }) };
  const others = new Summaries(engine as never, broken, () => Promise.resolve({}));
  assert.equal((await others.of(checkpoint)).sha256, 'x');
  assert.equal((await summaries.of(checkpoint)).sha256, 'its hash');
});
