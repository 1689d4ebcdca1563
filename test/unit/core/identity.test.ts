import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { identityOf } from '../../../src/core/identity';

describe('the identity of a value', () => {
  it('tells apart what JSON writes alike', () => {
    const different = [
      Infinity,
      -Infinity,
      NaN,
      0,
      -0,
      null,
      undefined,
      'NaN',
      '0',
      '-0',
      'null',
      [],
      {},
      [0],
      [-0],
    ];
    assert.equal(new Set(different.map(identityOf)).size, different.length);
    const nested = different.map((value) => identityOf({ a: [value] }));
    assert.equal(new Set(nested).size, different.length);
    assert.notEqual(identityOf(Float32Array.of(-0)), identityOf(Float32Array.of(0)));
    assert.notEqual(identityOf(Float32Array.of(1)), identityOf(Int32Array.of(1)));
  });

  it('is that of the value, not of how its properties are ordered', () => {
    assert.equal(
      identityOf({ a: 1, b: [2, { c: 3, d: undefined }] }),
      identityOf({ b: [2, { c: 3 }], a: 1 }),
    );
  });

  it('is the same for two numbers exactly where they are the same', () => {
    const number = fc.double();
    fc.assert(fc.property(number, number, (a, b) => (identityOf(a) === identityOf(b)) === Object.is(a, b)));
  });
});
