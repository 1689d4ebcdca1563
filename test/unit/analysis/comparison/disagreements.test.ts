import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disagreements } from '../../../../src/analysis/comparison/disagreements';
import { matchedPair } from '../../../../src/analysis/comparison/matched-loss';
import { type Candidate, votesOn } from '../../../../src/analysis/comparison/votes';

type Values = Readonly<Record<string, number | readonly [value: number, error: number]>>;

function candidate(run: string, epoch: number, trainLoss: number, values: Values): Candidate {
  const measures = Object.entries(values).map(([id, given]) => {
    const [value, standardError] = typeof given === 'number' ? [given, null] : given;
    return [id, { value, standardError, invariant: id === 'fisher-rao' }] as const;
  });
  const label = `${run}/${epoch}`;
  return { label, run, epoch, sha256: label, parameters: 10, trainLoss, measures: new Map(measures) };
}

const a = candidate('a', 20, 0.0024, {
  'lambda-max': [1.106, 0.1],
  trace: [12, 0.5],
  'fisher-rao': [0.5, 0.2],
});
const b = candidate('b', 100, 0.0043, {
  'lambda-max': [2.529, 0.2],
  trace: [9, 0.5],
  'fisher-rao': [0.9, 0.2],
});
const earlier = candidate('a', 16, 0.0113, {
  'lambda-max': [3.8, 0.3],
  trace: 12,
  'fisher-rao': [0.55, 0.2],
});

test('each measure says which is sharper, clearly or not; those of shape have no voice', () => {
  assert.deepEqual(votesOn(a, b), {
    first: [{ measure: 'trace', clear: true }],
    second: [
      { measure: 'lambda-max', clear: true },
      { measure: 'fisher-rao', clear: false },
    ],
  });
  const shaped = candidate('c', 1, 1, { participation: 1, 'lambda-max': 1 });
  const other = candidate('d', 1, 1, { participation: 2, 'lambda-max': 1 });
  assert.deepEqual(votesOn(shaped, other), { first: [], second: [] });
});

test('a tie within one standard error, or within rounding, is nobody’s vote', () => {
  const of = (label: string, trace: Values[string]) => candidate(label, 1, 1, { trace });
  const none = { first: [], second: [] };
  assert.deepEqual(votesOn(of('a', [5, 0.3]), of('b', [5.4, 0.3])), none);
  assert.equal(votesOn(of('a', [5, 0.3]), of('b', [5.5, 0.3])).second[0].clear, false);
  // One function with its neurons rescaled: the same but for the rounding of float32.
  assert.deepEqual(votesOn(of('a', 0.0642134), of('b', 0.0642101)), none);
  assert.deepEqual(votesOn(of('a', [0.0642134, 1e-7]), of('b', [0.0642101, 1e-7])), none);
  // No bar, but an error that is known in part.
  const partly = (label: string, value: number): Candidate => ({
    ...of(label, value),
    measures: new Map([['lambda-max', { value, standardError: null, leastError: 0.3 }]]),
  });
  assert.deepEqual(votesOn(partly('a', 5), partly('b', 5.4)), none);
  assert.deepEqual(votesOn(partly('a', 5), partly('b', 5.5)).second, [
    { measure: 'lambda-max', clear: null },
  ]);
});

test('the trace per parameter of one architecture is the trace again', () => {
  const of = (value: number) => candidate('a', 1, 1, { trace: value, 'trace-per-parameter': value / 10 });
  assert.deepEqual(votesOn(of(2), of(1)).first, [{ measure: 'trace', clear: null }]);
  assert.equal(votesOn(of(2), { ...of(1), parameters: 20 }).first.length, 2);
});

test('an order is not called clear where an error is not known', () => {
  const [known, unknown] = [candidate('a', 1, 1, { trace: [5, 0.1] }), candidate('b', 1, 1, { trace: 1 })];
  assert.deepEqual(votesOn(known, unknown).first, [{ measure: 'trace', clear: null }]);
  assert.equal(
    disagreements([known, unknown])[0],
    '1 of 1 measures call a/1 sharper than b/1, its error not known: trace (5 ± 0.1 against 1); none says the opposite.',
  );
});

test('a pair in words: how many say so, how many the opposite, with figures, and what differs in loss', () => {
  assert.deepEqual(disagreements([a, b]), [
    '2 of 3 measures call b/100 sharper than a/20, 1 of them by more than two standard errors: λ₁ (2.529 ± 0.2 against 1.106 ± 0.1) and Fisher-Rao norm (0.9 ± 0.2 against 0.5 ± 0.2); 1 says the opposite, by more than two standard errors: trace (9 ± 0.5 against 12 ± 0.5).',
    'Training losses differ (a/20 0.0024, b/100 0.0043), and λ₁ follows the training loss: compare at matched loss.',
    'No two of the checkpoints given match in training loss to 10 %; the nearest are a/20 and b/100 (0.0024 against 0.0043): of 3 measures 1 calls a/20 sharper (1 by more than two standard errors) and 2 call b/100 sharper (1 by more than two standard errors).',
  ]);
});

test('a checkpoint of the same run at which the order turns round', () => {
  const turned = disagreements([a, b, earlier]).filter((sentence) =>
    sentence.startsWith('The order depends'),
  );
  assert.deepEqual(turned, [
    'The order depends on the checkpoint: for 1 of 3 measures it is the opposite at a/16 and at a/20, each against b/100; λ₁ is 3.8 ± 0.3 at the first, 1.106 ± 0.1 at the second, 2.529 ± 0.2 at the third.',
  ]);
});

test('matched loss is the lowest one that both runs reach, not their common start', () => {
  const run = (name: string, losses: readonly number[]) =>
    losses.map((loss, epoch) => candidate(name, epoch, loss, {}));
  const found = matchedPair(run('a', [2.3, 0.5, 0.1, 0.01]), run('b', [2.3, 0.52, 0.097, 0.03]))!;
  assert.deepEqual([found.first.label, found.second.label], ['a/2', 'b/2']);
  const nearest = matchedPair(run('a', [2.3, 0.5, 0.1]), run('b', [2.3, 0.8, 0.05]))!;
  assert.deepEqual([nearest.first.label, nearest.second.label], ['a/1', 'b/1']);
  const copy = { ...a, run: 'b' };
  assert.equal(matchedPair([a], [copy]), undefined);
});

test('losses that match need no words, and equal checkpoints no verdict', () => {
  const twin = candidate('b', 20, 0.0024, { 'lambda-max': [1.106, 0.1], trace: [12, 0.5] });
  assert.deepEqual(disagreements([a, twin]), []);
});

test('of many runs the most divided pairs are spoken of, and the others counted', () => {
  const many = Array.from({ length: 6 }, (_, i) =>
    candidate(`r${i}`, 1, 0.1, { 'lambda-max': i, trace: i % 3, 'fisher-rao': i }),
  );
  const sentences = disagreements(many);
  assert.match(
    sentences.join('\n'),
    /^Of the 15 pairs of runs \(their last checkpoints\), measures contradict each other on 3/m,
  );
  assert.equal(sentences.filter((sentence) => sentence.includes('measures call')).length, 6);
});
