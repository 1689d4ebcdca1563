import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Seen } from '../../../../src/jobs/watch/listing';
import { Settling } from '../../../../src/jobs/watch/settling';

const seen = (file: string, size: number, mtimeMs = size): Seen => ({
  path: `/run/${file}`,
  file,
  size,
  mtimeMs,
});
const stamp = ({ path, size, mtimeMs }: Seen) => ({ path, size, mtimeMs });
const settling = () => new Settling({ stillMs: 1000, patienceMs: 10_000 });

test('a file that grows is never opened, and is once it has been still', () => {
  const files = settling();
  for (let now = 0; now <= 3000; now += 500) {
    assert.equal(files.look([seen('a', now + 1)], now), true);
    assert.deepEqual(files.due(now), []);
  }
  assert.equal(files.look([seen('a', 3001)], 3900), false);
  assert.deepEqual(files.due(3900), []);
  assert.deepEqual(files.due(4000), [seen('a', 3001)]);
  assert.deepEqual(files.unfinished, ['a']);
  assert.equal(files.tried(seen('a', 3001), { files: [stamp(seen('a', 3001))] }, 4000), 'complete');
  assert.deepEqual([files.due(99_000), files.unfinished], [[], []]);
});

test('one that does not open is tried again ever more rarely, and is broken only when it was still for long', () => {
  const files = settling();
  const half = seen('half', 10);
  files.look([half], 0);
  const tries: number[] = [];
  let end = '';
  for (let now = 0; end !== 'broken'; now += 100) {
    files.look([half], now);
    if (files.due(now).length === 0) continue;
    tries.push(now);
    end = files.tried(half, { reason: 'cut off' }, now);
  }
  assert.deepEqual(tries, [1000, 3000, 5500, 8000, 10500]);
  // Its other half comes after all.
  assert.equal(files.look([seen('half', 20)], 60_000), true);
  assert.deepEqual(files.due(61_000), [seen('half', 20)]);
});

test('a half file that goes on growing is never called broken', () => {
  const files = settling();
  for (let now = 0; now < 60_000; now += 4000) {
    const growing = seen('slow', now + 1);
    files.look([growing], now);
    files.look([growing], now + 1000);
    assert.deepEqual(files.due(now + 1000), [growing]);
    assert.equal(files.tried(growing, { reason: 'cut off' }, now + 1000), 'again');
  }
});

test('the other files of a checkpoint must have been still, too', () => {
  const files = settling();
  const main = seen('model.json', 5);
  files.look([main], 0);
  const shard = (size: number) => ({ path: '/run/weights.bin', size, mtimeMs: size });
  const outcome = (size: number) => ({ files: [stamp(main), shard(size)] });
  assert.equal(files.tried(main, outcome(7), 1000), 'again');
  assert.deepEqual(files.due(1900), []);
  assert.equal(files.tried(main, outcome(8), 2000), 'again');
  assert.equal(files.tried(main, outcome(8), 3000), 'complete');
});

test('what was written between the look and the opening counts as unfinished', () => {
  const files = settling();
  files.look([seen('a', 5)], 0);
  assert.equal(files.tried(seen('a', 5), { files: [stamp(seen('a', 6))] }, 1000), 'again');
});

test('what is known from before is not opened, unless it changes', () => {
  const files = settling();
  files.look([seen('old', 5)], 0);
  files.skip(seen('old', 5));
  assert.deepEqual([files.due(5000), files.unfinished], [[], []]);
  files.look([seen('old', 6)], 6000);
  assert.deepEqual(files.due(7000), [seen('old', 6)]);
});
