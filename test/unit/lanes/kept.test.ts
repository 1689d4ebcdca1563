import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Part } from '../../../src/backends/backend';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { KeptParts } from '../../../src/lanes/kept';
import { partOf } from '../../../src/lanes/ports';
import { analyzeRequestSchema } from '../../../src/contract/settings';

const parts: readonly Part[] = ['point', 'chunk', 'vectors', 'all'];
const of = (bytes: number) => ({ bytes });

test('what an input changes with', () => {
  assert.deepEqual(
    ['theta/dense/kernel', 'state/norm/mean', 'v0/dense/kernel', 'v12/a', 'x/0', 'y', 'weights', 'vw/a'].map(
      partOf,
    ),
    ['point', 'point', 'vectors', 'vectors', 'chunk', 'chunk', 'chunk', 'chunk'],
  );
});

test('parts are remembered by program and chunk until what they depend on changes', () => {
  const kept = new KeptParts(100);
  const recalled = (program: string, chunk: string) =>
    parts.map((part) => kept.keeper(program, chunk).recall(part)?.bytes);
  for (const part of parts) kept.keeper('a', 'one').keep(part, of(parts.indexOf(part) + 1));
  assert.deepEqual(recalled('a', 'one'), [1, 2, 3, undefined]);
  assert.deepEqual(recalled('a', 'two'), [1, undefined, 3, undefined]);
  assert.deepEqual(recalled('b', 'one'), [undefined, undefined, undefined, undefined]);
  kept.changed(['v0', 'v1']);
  assert.deepEqual(recalled('a', 'one'), [1, 2, undefined, undefined]);
  kept.changed(['theta', 'state']);
  assert.deepEqual(recalled('a', 'one'), [undefined, undefined, undefined, undefined]);
});

test('chunks stay within the budget; the program that runs pushes out the others', () => {
  const kept = new KeptParts(100);
  const has = (program: string, chunk: string) => kept.keeper(program, chunk).recall('chunk') !== undefined;
  kept.keeper('a', 'one').keep('chunk', of(60));
  kept.keeper('a', 'two').keep('chunk', of(60));
  assert.deepEqual([has('a', 'one'), has('a', 'two')], [true, false]);
  assert.ok(kept.keeper('a', 'one').hasRoom && !kept.keeper('a', 'two').hasRoom);
  assert.ok(kept.keeper('b', 'one').hasRoom, 'how much b needs is not known yet');
  kept.keeper('b', 'one').keep('chunk', of(101));
  assert.deepEqual([has('a', 'one'), has('b', 'one')], [true, false]);
  kept.keeper('b', 'one').keep('chunk', of(50));
  assert.deepEqual([has('a', 'one'), has('b', 'one')], [false, true]);
  kept.forget('b');
  kept.keeper('a', 'one').keep('chunk', of(100));
  assert.ok(has('a', 'one'));
});

for (const backend of ['onnxruntime', 'reference'] as const)
  test(`${backend}: kept parts move no digit, and never serve another point`, async () => {
    const corpus = join(__dirname, '../../corpus');
    const request = analyzeRequestSchema.parse({
      checkpoint: join(corpus, 'keras/cnn-digits.keras'),
      data: join(corpus, 'data/digits.npz'),
      samples: backend === 'reference' ? 'first:8' : 'first:90',
      backend,
    });
    const open = async () => (await openProblem(request, new AbortController().signal)).objective;
    const objective = await open();
    const { origin } = objective;
    const vectors = [0, 1, 2].map((k) => origin.theta.map((_, i) => Math.sin(1 + i * (k + 1))));
    const moved = { ...origin, theta: origin.theta.map((value, i) => value + 0.01 * Math.cos(i)) };
    const first = await objective.hvp(origin, vectors);
    const again = await objective.hvp(origin, vectors);
    const [alone] = await objective.hvp(origin, [vectors[1]]);
    const elsewhere = await objective.hvp(moved, vectors);
    const back = await objective.hvp(origin, vectors);
    objective.dispose();
    const fresh = await open();
    const expected = await fresh.hvp(moved, vectors);
    fresh.dispose();
    assert.deepEqual(again, first);
    assert.deepEqual(back, first);
    assert.deepEqual(elsewhere, expected);
    assert.notDeepEqual(elsewhere[0], first[0]);
    const scale = Math.max(...first[1].map(Math.abs));
    alone.forEach((value, i) => assert.ok(Math.abs(value - first[1][i]) <= 1e-5 * scale));
  });
