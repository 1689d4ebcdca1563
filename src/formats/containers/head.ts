import type { ByteSource } from './source';

/** What a kind of file is recognized by: so many bytes of it, or all. */
const HEAD_BYTES = 4096;

/** The first bytes of a file, 4096 or all. */
export const headOf = (source: ByteSource): Uint8Array => source.read(0, Math.min(source.size, HEAD_BYTES));

/** Whether bytes stand at a place. */
export function hasBytes(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}
