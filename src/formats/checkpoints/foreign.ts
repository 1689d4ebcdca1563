import { UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import { hasBytes } from '../containers/head';
import { foreignKind } from './foreign-kinds';
import { CHECKPOINT_FORMATS } from './formats';

/** Files that are taken for checkpoints, by their first bytes. */
const FOREIGN: readonly { what: string; signature: readonly number[] }[] = [
  { what: 'a NumPy array', signature: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] },
  { what: 'a Python pickle', signature: [0x80, 0x02] },
  { what: 'a Python pickle', signature: [0x80, 0x04] },
  { what: 'a picture', signature: [0x89, 0x50, 0x4e, 0x47] },
];

/** Files that stand for the real one. */
const WRAPPED: typeof FOREIGN = [
  { what: 'a gzip archive: unpack it first', signature: [0x1f, 0x8b] },
  {
    what: 'a Git LFS pointer: get the real file with git lfs pull',
    signature: [...Buffer.from('version https://git-lfs')],
  },
];

/** The sentence for a file of no kind that is read. */
export function foreignFile(source: FileSource, head: Uint8Array): UserError {
  const among = (kinds: typeof FOREIGN) => kinds.find(({ signature }) => hasBytes(head, signature))?.what;
  const wrapped = among(WRAPPED);
  if (wrapped) return new UserError(`${source.name} is ${wrapped}.`);
  if (isSafetensors(head))
    return new UserError(
      `${source.name} is no sound safetensors file: its header reaches beyond its end, or is longer than any. Copy or save it again.`,
    );
  const sentence = foreignKind(head, source);
  if (sentence !== undefined) return new UserError(sentence);
  const found = among(FOREIGN);
  const kinds = CHECKPOINT_FORMATS.map(({ name, extensions }) => `${name} ${extensions.join(', ')}`).join(
    '; ',
  );
  return new UserError(
    found
      ? `${source.name} is ${found}, not a checkpoint of a kind that is read (${kinds}).`
      : `${source.name} is not a checkpoint of a kind that is read (${kinds}), or it is damaged.`,
  );
}

/** Eight bytes of length, then JSON; sound ones have been recognized before. */
function isSafetensors(head: Uint8Array): boolean {
  return hasBytes(head, [0x7b], 8) && hasBytes(head, [0, 0, 0], 5);
}
