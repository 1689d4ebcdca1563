import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { crc32, tabledCrc32 } from '../../../src/formats/containers/crc32';
import { memorySource } from '../../../src/formats/containers/source';
import { openZip } from '../../../src/formats/containers/zip';
import { UserError } from '../../../src/core/errors';

const open = (bytes: Uint8Array) => openZip(memorySource('test.zip', bytes));
const contents = (bytes: Uint8Array, name: string) => {
  const member = open(bytes).open(name);
  return member.read(0, member.size);
};

/** The same archive with a zip64 end record, and 32-bit fields that point to it. */
function withZip64End(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 22;
  const old = new DataView(bytes.buffer, bytes.byteOffset);
  const out = new Uint8Array(bytes.length + 56 + 20);
  out.set(bytes.subarray(0, end));
  out.set(bytes.subarray(end), end + 76);
  const view = new DataView(out.buffer);
  view.setUint32(end, 0x06064b50, true);
  view.setBigUint64(end + 4, 44n, true);
  view.setBigUint64(end + 32, BigInt(old.getUint16(end + 10, true)), true);
  view.setBigUint64(end + 40, BigInt(old.getUint32(end + 12, true)), true);
  view.setBigUint64(end + 48, BigInt(old.getUint32(end + 16, true)), true);
  view.setUint32(end + 56, 0x07064b50, true);
  view.setBigUint64(end + 64, BigInt(end), true);
  view.setUint16(end + 76 + 10, 0xffff, true);
  view.setUint32(end + 76 + 12, 0xffffffff, true);
  view.setUint32(end + 76 + 16, 0xffffffff, true);
  return out;
}

describe('zip', () => {
  it('reads what another implementation writes, stored and deflated, zip64 too', () => {
    const member = fc.uint8Array({ maxLength: 3000 });
    fc.assert(
      fc.property(member, member, fc.constantFrom(0 as const, 6 as const), (a, b, level) => {
        const bytes = zipSync({ 'a/b.bin': a, c: b }, { level });
        for (const archive of [bytes, withZip64End(bytes)]) {
          assert.deepEqual([...open(archive).entries.keys()], ['a/b.bin', 'c']);
          assert.deepEqual(contents(archive, 'a/b.bin'), a);
          assert.deepEqual(contents(archive, 'c'), b);
        }
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it('finds the end behind a comment that looks like one', () => {
    const bytes = zipSync({ a: new Uint8Array([1, 2, 3]) });
    const comment = new TextEncoder().encode('PK\x05\x06 and more than twenty-two bytes of it');
    const out = new Uint8Array([...bytes, ...comment]);
    new DataView(out.buffer).setUint16(bytes.length - 2, comment.length, true);
    assert.deepEqual(contents(out, 'a'), new Uint8Array([1, 2, 3]));
  });

  it('refuses members that share their bytes', () => {
    const bytes = zipSync({ a: new Uint8Array(100), b: new Uint8Array(100) }, { level: 0 });
    const view = new DataView(bytes.buffer);
    const entries: number[] = [];
    for (let at = 0; at + 4 <= bytes.length; at++)
      if (view.getUint32(at, true) === 0x02014b50) entries.push(at);
    view.setUint32(entries[1] + 42, 0, true);
    assert.throws(() => open(bytes), UserError);
  });

  it('refuses a member whose stream is longer than it says', () => {
    const bytes = zipSync({ a: new Uint8Array(5000) }, { level: 9 });
    const view = new DataView(bytes.buffer);
    let entry = 0;
    while (view.getUint32(entry, true) !== 0x02014b50) entry++;
    view.setUint32(entry + 24, 4999, true);
    assert.throws(() => contents(bytes, 'a'), UserError);
  });

  it('names the archive when a member is missing', () => {
    assert.throws(() => open(zipSync({ a: new Uint8Array(1) })).open('b'), /test\.zip holds no b\./);
  });

  it('has the checksum of the standard', () => {
    for (const checksum of [crc32, tabledCrc32]) {
      assert.equal(checksum(new TextEncoder().encode('123456789')), 0xcbf43926);
      assert.equal(
        checksum(new TextEncoder().encode('6789'), checksum(new TextEncoder().encode('12345'))),
        0xcbf43926,
      );
    }
  });
});
