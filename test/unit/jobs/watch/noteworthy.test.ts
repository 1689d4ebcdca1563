import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noteworthy } from '../../../../src/jobs/watch/noteworthy';
import { aWatched } from './a-watched';

const along = (figures: readonly Parameters<typeof aWatched>[1][], threshold?: number) =>
  noteworthy(
    figures.map((each, i) => aWatched(i + 1, each, threshold === undefined ? {} : { threshold })),
  ).map(({ what, id }) => [what, id]);

test('the largest eigenvalue crosses the line only outside its bound, either way, once each', () => {
  const lambda = (value: number, bound = 0.1) => ({ lambda: value, bound });
  assert.deepEqual(
    along(
      [8, 9, 9.95, 10.05, 10.2, 11, 9.95, 9.5].map((value) => lambda(value)),
      10,
    ),
    [
      ['crosses-above', 5],
      ['crosses-below', 8],
    ],
  );
  // A wide bound says neither.
  assert.deepEqual(along([lambda(8), lambda(12, 3), lambda(8)], 10), []);
  assert.deepEqual(along([lambda(8), lambda(12)]), []);
});

test('the first checkpoint crosses nothing, and each is held against the line of its own rate', () => {
  assert.deepEqual(along([{ lambda: 12 }, { lambda: 13 }], 10), []);
  const falling = [10, 20, 30].map((threshold, i) => aWatched(i + 1, { lambda: 15 }, { threshold }));
  assert.deepEqual(
    noteworthy(falling).map(({ what, id }) => [what, id]),
    [['crosses-below', 2]],
  );
});

test('negative curvature appears where there was none, and not where there always was', () => {
  const lowest = (share: number) => ({ lambda: 10, lowest: -10 * share });
  assert.deepEqual(along([0.3, 0.2, 0.04, 0.02].map(lowest)), []);
  assert.deepEqual(along([0.3, 0.005, 0.03, 0.06, 0.04, 0.06, 0, 0.5].map(lowest)), [
    ['negative-curvature', 4],
    ['negative-curvature', 8],
  ]);
  // Nothing but downwards.
  assert.deepEqual(
    along([
      { lambda: 1, lowest: 0 },
      { lambda: -1, lowest: -2 },
    ]),
    [['negative-curvature', 2]],
  );
});

test('no number is noteworthy always, with its reason', () => {
  const { figures: _, ...rest } = aWatched(2, { lambda: 1 });
  const found = noteworthy([
    aWatched(1, { lambda: 1 }),
    { ...rest, status: 'not-a-number', reason: 'Its loss is not finite.', before: true },
  ]);
  assert.deepEqual(
    found.map(({ what, text, before }) => [what, text, before]),
    [['not-a-number', 'Its loss is not finite.', true]],
  );
});

test('a sentence names the file and has the figures', () => {
  const [above] = noteworthy([1, 2].map((id) => aWatched(id, { lambda: 8 * id }, { threshold: 10 })));
  assert.equal(
    above.text,
    'epoch-2.keras: λ₁ has passed 10, where gradient descent at this learning rate becomes unstable (λ₁ = 16.000 ± 0.010 on 512 rows).',
  );
});
