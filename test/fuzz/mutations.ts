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

export interface Mutated {
  readonly bytes: Uint8Array;
  /** The file's own checksums were made right again: what is accepted need not be what it was. */
  readonly resealed: boolean;
}

/** A damaged copy of a file, the same for the same seed. */
export function mutated(name: string, bytes: Uint8Array, seed: number): Mutated {
  const stream = random(seed);
  const isArchive = /\.(keras|npz)$/.test(name);
  const resealed = isArchive ? stream.uniform() < 0.6 : false;
  if (resealed) return { bytes: sealed(bytes, stream), resealed };
  const edits = name.endsWith('.json') && stream.uniform() < 0.8;
  return { bytes: (edits ? editedText : oneOf(stream, BYTES))(bytes, stream), resealed };
}
