import assert from 'node:assert/strict';
import { test } from 'node:test';
import { howWell, howWellBriefly } from '../../../../src/wording/interpretation/of-surface';

const picture = {
  side: 9,
  measured: [0, 1, 2],
  unresolved: [],
  error: { bound: 0.6, seen: 0.2, places: 40 },
} as unknown as Parameters<typeof howWell>[0];

test('a picture says how few evaluations it is of, and how far it may be off and was', () => {
  assert.equal(
    howWell(picture),
    'Drawn from 3 evaluations of 81 nodes: between them the training loss is off by at most 0.6 of the step from one level to the next; at 40 places that it was not drawn from it was off by at most 0.2.',
  );
  assert.equal(
    howWellBriefly(picture),
    '3 evaluations · off by at most 0.6 of a level, 0.2 seen at 40 places',
  );
  assert.match(howWell({ ...picture, unresolved: [5, 6] }), / 2 % of the picture \(hatched\) may be off/);
});

test('where every node was evaluated nothing is claimed of what lies between', () => {
  const all = { ...picture, measured: Array.from({ length: 81 }, (_, node) => node) };
  assert.doesNotMatch(howWell(all), /off by/);
  assert.doesNotMatch(howWellBriefly(all), /off by/);
});
