import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floatsOf, widenBfloat16, widenFloat16 } from '../../../src/formats/widened-numbers';

test('half precision: ones, the largest, the smallest, the infinite', () => {
  const patterns = [0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x8000, 0x7c00, 0xfc00, 0x7e00];
  const third = 0x555 / 2 ** 12;
  assert.deepEqual(
    [...widenFloat16(Uint16Array.from(patterns))],
    [1, -2, third, 65504, 2 ** -24, 1023 * 2 ** -24, -0, Infinity, -Infinity, NaN],
  );
});

test('bfloat16 has the exponents of float32', () => {
  const patterns = [0x3f80, 0xc000, 0x4049, 0x7f7f, 0x0001, 0xff80];
  const largest = (2 - 2 ** -7) * 2 ** 127;
  assert.deepEqual(
    [...widenBfloat16(Uint16Array.from(patterns))],
    [1, -2, 3.140625, largest, 2 ** -133, -Infinity],
  );
});

test('integers of 64 bits, beyond 2^53 the nearest', () => {
  assert.deepEqual([...floatsOf(BigInt64Array.of(-3n, 2n ** 53n + 1n))], [-3, 2 ** 53]);
  assert.deepEqual([...floatsOf(BigUint64Array.of(2n ** 64n - 1n))], [2 ** 64]);
});
