import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renewed } from '../../bench/page';

const page = 'head\n\n## One\n\nold\n\n## Two\n\nkept\n';

test('a run of one section renews it and leaves the rest of the page', () => {
  assert.equal(
    renewed(page, 'short head\n\n## One\n\nnew\n\n## Three\n\nmore\n', false),
    'head\n\n## One\n\nnew\n\n## Two\n\nkept\n\n## Three\n\nmore\n',
  );
});

test('a run of networks renews what stands before the tables', () => {
  assert.equal(renewed(page, 'new head\n', true), 'new head\n\n## One\n\nold\n\n## Two\n\nkept\n');
});
