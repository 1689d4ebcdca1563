import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { random } from '../../../src/core/random';
import { STREAM_RANGES, streams } from '../../../src/core/random-streams';

describe('streams of random numbers', () => {
  it('are disjoint, and numbers of 32 bits', () => {
    const ranges = Object.entries(STREAM_RANGES)
      .map(([use, [first, places]]) => ({ use, first, end: first + places }))
      .sort((a, b) => a.first - b.first);
    ranges.forEach(({ use, first }, i) => {
      if (i > 0) assert.ok(ranges[i - 1].end <= first, `${ranges[i - 1].use} runs into ${use}`);
    });
    assert.ok(ranges.at(-1)!.end <= 2 ** 32);
  });

  it('give different numbers where the stream differs', () => {
    const firsts = Object.values(streams).map((stream) => random(1, stream).uniform());
    assert.equal(new Set(firsts).size, firsts.length);
  });

  it('are numbered in that table alone', () => {
    const root = join(__dirname, '../../../src');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const elsewhere = files.filter((name) => {
      const text = readFileSync(join(root, name), 'utf8');
      const numbered = /\b(?:random|gaussian|rademacher)\((?:[^()]|\([^()]*\))*,\s*(?:\d|0x|[A-Z_]*STREAM\b)/;
      return numbered.test(text) || /\bconst [A-Z_]*STREAM =/.test(text);
    });
    assert.deepEqual(elsewhere, []);
  });
});
