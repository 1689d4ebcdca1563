import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';
import { KeptStore } from '../../../src/settings/kept-store';
import { reportKey, resultKey } from '../../../src/settings/result-key';
import { interpolateRequestSchema } from '../../../src/contract/settings';
import { quickRequest, temporaryFolder } from '../../support/corpus';

const schema = z.object({ value: z.number() });

test('what was computed once is read, and what is damaged, of another key or another form is computed again', async () => {
  const store = new KeptStore(temporaryFolder());
  let computed = 0;
  const once = (key: string) => store.once(key, schema, async () => ({ value: ++computed }));
  assert.deepEqual(await once('a'), { value: { value: 1 }, isNew: true });
  assert.deepEqual(await once('a'), { value: { value: 1 }, isNew: false });
  assert.deepEqual(await once('b'), { value: { value: 2 }, isNew: true });
  renameSync(store.fileOf('b'), store.fileOf('a'));
  assert.deepEqual(await once('a'), { value: { value: 3 }, isNew: true });
  await store.write('a', { value: 'three' });
  assert.equal(await store.read('a', schema), undefined);
  await store.remove('a');
  assert.equal(await store.readAny('a'), undefined);
});

test('a list holds the documents of its kind that are whole and in their place', async () => {
  const folder = temporaryFolder();
  const [documents, entries] = [new KeptStore(folder), new KeptStore(folder, '.entry.json')];
  await documents.write('a', { value: 1 });
  await entries.write('a', { value: 2 });
  await entries.write('b', { value: 3 });
  await entries.write('c', { value: 4 });
  renameSync(entries.fileOf('c'), entries.fileOf('d'));
  writeFileSync(join(folder, 'e.entry.json'), '{}');
  const found = (await entries.all(schema)).sort((x, y) => (x.key < y.key ? -1 : 1));
  assert.deepEqual(found, [
    { key: 'a', document: { value: 2 } },
    { key: 'b', document: { value: 3 } },
  ]);
  assert.deepEqual(await new KeptStore(join(folder, 'none')).all(schema), []);
});

test('a report has one key by contents and settings, wherever its files lie', () => {
  const inputs = { checkpoint: 'c', data: 'd' };
  const here = quickRequest('/here/a.keras', '/here/d.npz', { seed: 1 });
  const key = reportKey(inputs, here);
  assert.equal(reportKey(inputs, { ...here, checkpoint: '/there/b.keras', data: '/d.npz' }), key);
  const others = [
    reportKey({ ...inputs, checkpoint: 'd', data: 'c' }, here),
    reportKey(inputs, { ...here, seed: 2 }),
    reportKey(inputs, interpolateRequestSchema.parse({ ...here, other: '/o.keras' })),
    resultKey('analysis', inputs),
    // Numbers that JSON writes alike.
    resultKey('line', NaN),
    resultKey('line', Infinity),
  ];
  assert.equal(new Set([key, ...others]).size, others.length + 1);
});
