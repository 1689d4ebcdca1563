import { createHash } from 'node:crypto';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { type Random, random } from '../../src/core/random';

/** A whole number from 0 to below `end`. */
const below = (stream: Random, end: number) => Math.floor(stream.uniform() * end);
const oneOf = <T>(stream: Random, choices: readonly T[]): T => choices[below(stream, choices.length)];

/** What a damaged or hostile file may say where a length, an offset or a type stands. */
const EXTREMES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];

type Mutation = (bytes: Uint8Array, stream: Random) => Uint8Array;

const flips: Mutation = (bytes, stream) => {
  const out = bytes.slice();
  for (let i = 0; i <= below(stream, 6); i++) out[below(stream, out.length)] ^= 1 << below(stream, 8);
  return out;
};

const overwrites: Mutation = (bytes, stream) => {
  const out = bytes.slice();
  for (let i = 0; i <= below(stream, 3); i++) out[below(stream, out.length)] = below(stream, 256);
  return out;
};

const truncates: Mutation = (bytes, stream) => bytes.slice(0, 1 + below(stream, bytes.length - 1));

/** A stretch of at most 256 bytes. */
function stretch(bytes: Uint8Array, stream: Random): [start: number, end: number] {
  const start = below(stream, bytes.length);
  return [start, Math.min(bytes.length, start + 1 + below(stream, 256))];
}

const zeroes: Mutation = (bytes, stream) => bytes.slice().fill(0, ...stretch(bytes, stream));

const removes: Mutation = (bytes, stream) => {
  const [start, end] = stretch(bytes, stream);
  return Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(end)]);
};

const doubles: Mutation = (bytes, stream) => {
  const [start, end] = stretch(bytes, stream);
  return Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(start)]);
};

/** Another number where one of 2, 4 or 8 bytes may stand. */
const lengths: Mutation = (bytes, stream) => {
  const out = bytes.slice();
  const width = oneOf(stream, [2, 4, 8]);
  if (out.length < width) return flips(bytes, stream);
  const at = below(stream, out.length - width + 1);
  new DataView(out.buffer).setUint16(at, oneOf(stream, EXTREMES) & 0xffff, true);
  if (width > 2) new DataView(out.buffer).setUint32(at, oneOf(stream, EXTREMES), true);
  if (width > 4) new DataView(out.buffer).setUint32(at + 4, oneOf(stream, [0, 0, 1, 0x7fffffff]), true);
  return out;
};

const BYTES: readonly Mutation[] = [flips, flips, overwrites, truncates, zeroes, removes, doubles, lengths];

/** Values that JSON may hold where another stands. */
const VALUES = [
  ...[
    'null',
    'true',
    '""',
    '[]',
    '{}',
    '-1',
    '0',
    '1',
    '0.5',
    '3',
    '1e9',
    '1e300',
    '-1e9',
    '9007199254740993',
  ],
  ...[
    '"constructor"',
    '"__proto__"',
    '"\\u001b[31m"',
    '[[[[[[]]]]]]',
    '[1e9, 1e9, 1e9]',
    '{"class_name": "Dense"}',
  ],
];

/** Text of JSON with one of its values, keys or elements changed. */
function editedJson(text: string, stream: Random): string {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g)];
  if (tokens.length === 0) return '[';
  const { index, 0: token } = oneOf(stream, tokens);
  const rest = text.slice(index + token.length);
  const isKey = /^\s*:/.test(rest);
  const deep = '['.repeat(300) + ']'.repeat(300);
  const value = isKey
    ? oneOf(stream, ['"__proto__"', '"constructor"', '"x"', '"name"', '"layers"', token])
    : stream.uniform() < 0.02
      ? deep
      : oneOf(stream, [...VALUES, oneOf(stream, tokens)[0]]);
  return text.slice(0, index) + value + rest;
}

const editedText: Mutation = (bytes, stream) => {
  let text = new TextDecoder().decode(bytes);
  for (let i = 0; i <= below(stream, 3); i++) text = editedJson(text, stream);
  return strToU8(text);
};

/** A damaged member inside an archive that is otherwise sound: its checksum is right. */
const sealed: Mutation = (bytes, stream) => {
  const members: Record<string, Uint8Array> = unzipSync(bytes);
  const name = oneOf(stream, Object.keys(members));
  const mutate = name.endsWith('.json') ? editedText : oneOf(stream, BYTES);
  members[name] = mutate(members[name], stream);
  return zipSync(members, { level: 0 });
};

/** A damaged member, rather one that says what the others are than one of numbers. */
const sealedRecord: Mutation = (bytes, stream) => {
  const members: Record<string, Uint8Array> = unzipSync(bytes);
  const names = Object.keys(members);
  const said = names.filter((name) => /\.(json|pkl)$/.test(name));
  const name = oneOf(stream, stream.uniform() < 0.75 && said.length > 0 ? said : names);
  const edits = name.endsWith('.json') && stream.uniform() < 0.8;
  members[name] = (edits ? editedText : oneOf(stream, BYTES))(members[name], stream);
  return zipSync(members, { level: 0 });
};

/** Safetensors with other words in their header, whose length is right. */
const editedHeader: Mutation = (bytes, stream) => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = editedText(bytes.subarray(8, 8 + length), stream);
  const out = new Uint8Array(8 + header.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  out.set(bytes.subarray(8 + length), 8 + header.length);
  return out;
};

/** Damage where most formats say what follows. */
const atHead: Mutation = (bytes, stream) => {
  const head = Math.min(bytes.length, 512);
  const damaged = oneOf(stream, BYTES)(bytes.subarray(0, head), stream);
  return Uint8Array.from([...damaged, ...bytes.subarray(head)]);
};

/** Other contents whose SHA-256, at the end, is theirs. */
const summed: Mutation = (bytes, stream) => {
  const body = oneOf(stream, BYTES)(bytes.subarray(0, bytes.length - 32), stream);
  return Uint8Array.from([...body, ...createHash('sha256').update(body).digest()]);
};

export interface Mutated {
  readonly bytes: Uint8Array;
  /** The file's own checksums were made right again: what is accepted need not be what it was. */
  readonly resealed: boolean;
}

/** How formats are damaged beside the bytes of the whole: how often, and whether their checksums are right again. */
const OWN: readonly {
  readonly names: RegExp;
  readonly share: number;
  readonly reseals: boolean;
  readonly mutate: Mutation;
}[] = [
  { names: /\.(keras|npz)$/, share: 0.6, reseals: true, mutate: sealed },
  { names: /\.json$/, share: 0.8, reseals: false, mutate: editedText },
  { names: /\.(pt2|pt)$/, share: 0.7, reseals: true, mutate: sealedRecord },
  { names: /\.safetensors$/, share: 0.6, reseals: false, mutate: editedHeader },
  { names: /^state\.bin$/, share: 0.6, reseals: true, mutate: summed },
  { names: /\.(npy|parquet|gz|tar|pth)$|ubyte$|^train$/, share: 0.4, reseals: false, mutate: atHead },
];

const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** A damaged copy of a file, the same for the same seed. */
export function mutated(name: string, bytes: Uint8Array, seed: number): Mutated {
  const stream = random(seed);
  const own = OWN.find(({ names }) => names.test(name));
  // A .pt may be of the time before PyTorch's files were archives.
  if (own && (own.mutate !== sealedRecord || isZip(bytes)) && stream.uniform() < own.share)
    return { bytes: own.mutate(bytes, stream), resealed: own.reseals };
  return { bytes: oneOf(stream, BYTES)(bytes, stream), resealed: false };
}
