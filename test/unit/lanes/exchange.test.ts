import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closePlaces, openPlaces, read, written } from '../../../src/lanes/exchange';

const large = Float64Array.from({ length: 20_000 }, (_, i) => Math.sin(i));
const message = {
  type: 'vectors',
  values: {
    theta: large,
    half: Float32Array.from(large).subarray(100),
    labels: Int32Array.from(large, (x) => 100 * x),
    small: Float64Array.of(1, 2, 3),
  },
  list: [{ sums: large.subarray(5) }, undefined, null, 'word', 4],
  // A field of the message's own that is called as the stand-ins call theirs.
  named: { elsewhere: 'node7', place: { elsewhere: ['Float64Array'], offset: 3, length: 'long' } },
};

void test(
  'large arrays cross by a place, and come out as they went in',
  { skip: process.platform === 'win32' },
  () => {
    const places = openPlaces();
    assert.equal(places.length, 2);
    try {
      for (const place of [...places, ...places]) {
        const sent = written(message, place);
        assert.ok(JSON.stringify(sent).length < 1000, 'what crosses in the message is small');
        assert.deepEqual(read(structuredClone(sent), place), message);
      }
    } finally {
      closePlaces(places);
    }
  },
);

void test('a message goes whole where its place cannot hold it', () => {
  const closed = 987_654;
  assert.equal(written(message, closed), message);
});
