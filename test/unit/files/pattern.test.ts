import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filePattern, isPattern } from '../../../src/files/pattern';

const matching = (pattern: string, names: readonly string[]): string[] => {
  const { matches } = filePattern(pattern);
  return names.filter(matches);
};

test('a pattern matches within a name, over folders, by lists and by alternatives', () => {
  const names = [
    'a.pt',
    'b.keras',
    'x/a.pt',
    'x/y/a.pt',
    'x/epoch-1.pt',
    'x/epoch-12.pt',
    '{a}.pt',
    'a+b.pt',
  ];
  assert.deepEqual(matching('/runs/*.pt', names), ['a.pt', '{a}.pt', 'a+b.pt']);
  assert.deepEqual(matching('/runs/*.{pt,keras}', names), ['a.pt', 'b.keras', '{a}.pt', 'a+b.pt']);
  assert.deepEqual(matching('/runs/**/a.pt', names), ['a.pt', 'x/a.pt', 'x/y/a.pt']);
  assert.deepEqual(matching('/runs/*/epoch-?.pt', names), ['x/epoch-1.pt']);
  assert.deepEqual(matching('/runs/[!ab]*.pt', names), ['{a}.pt']);
  assert.deepEqual(matching('/runs/[ab].*', names), ['a.pt', 'b.keras']);
  assert.deepEqual(matching('/runs/a+b.pt', names), ['a+b.pt']);
});

test('the folder is what stands before the first wildcard, and the depth what lies below it', () => {
  assert.deepEqual(
    ['/runs/a/*.pt', '/runs/*/x/*.pt', '/runs/**/*.pt', '/runs/last.pt', '/*.pt'].map((pattern) => {
      const { folder, depth } = filePattern(pattern);
      return [folder, depth];
    }),
    [
      ['/runs/a', 0],
      ['/runs', 2],
      ['/runs', 8],
      ['/runs', 0],
      ['/', 0],
    ],
  );
  assert.equal(isPattern('/runs/last.pt'), false);
  assert.equal(isPattern('/runs/{a,b}.pt'), true);
});

test('a brace that is never closed stands for itself', () => {
  assert.deepEqual(matching('/runs/{a*', ['{ab', 'ab', '{a,b}']), ['{ab', '{a,b}']);
});
