import { MEG, joined, times, uint64, utf8 } from './bytes';
import type { Hostile } from './hostile';

const FLOATS = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** A file with this header, whatever it says, and 16 bytes of numbers. */
const file = (header: string | Uint8Array, length?: number | bigint, data = FLOATS): Uint8Array => {
  const text = typeof header === 'string' ? utf8(header) : header;
  return joined(uint64(length ?? text.length), text, data);
};

/** An entry of the header. */
const entry = (begin: number, end: number, shape: readonly number[] = [(end - begin) / 4], dtype = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

const of = (entries: Readonly<Record<string, string>>): string =>
  `{${Object.entries(entries)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',')}}`;

const UNSOUND = /x\.safetensors is no sound safetensors file: /;
/** What no reader takes for safetensors, whose first bytes are a length that fits. */
const STRANGE = /x\.safetensors is (no|not) /;

type Case = readonly [what: string, bytes: () => Uint8Array, ends: Hostile['ends']];

const CASES: readonly Case[] = [
  ['a sound one', () => file(of({ w: entry(0, 16) })), 'read'],
  ['a header of no bytes', () => file('', 0), STRANGE],
  ['a header of 2^63 bytes', () => file(of({ w: entry(0, 16) }), 2n ** 63n), STRANGE],
  ['a header beyond the end', () => file(of({ w: entry(0, 16) }), 10_000), STRANGE],
  ['a header of more than a hundred megabytes', () => file(times(101 * MEG, '{')), STRANGE],
  ['a header that is no JSON', () => file('{"w":'), /x\.safetensors is damaged: it is not valid JSON/],
  ['a header that is no text', () => file(joined('{"', 0xff, '":1}')), /its header is no UTF-8/],
  ['a hole at the start', () => file(of({ w: entry(4, 16) })), UNSOUND],
  ['a hole in the middle', () => file(of({ v: entry(0, 4), w: entry(8, 16) })), UNSOUND],
  ['a hole at the end', () => file(of({ w: entry(0, 12) })), UNSOUND],
  ['an overlap', () => file(of({ v: entry(0, 12), w: entry(8, 16) })), UNSOUND],
  ['one place for two', () => file(of({ v: entry(0, 16), w: entry(0, 16) })), UNSOUND],
  ['an end before its beginning', () => file(of({ w: entry(16, 0, [4]) })), UNSOUND],
  ['a place below zero', () => file(of({ w: entry(-16, 0, [4]) })), UNSOUND],
  ['a place beyond the end', () => file(of({ w: entry(0, 1e15, [2.5e14]) })), UNSOUND],
  ['a place beyond what numbers hold', () => file(of({ w: entry(0, 1e300, [4]) })), UNSOUND],
  ['a place between two bytes', () => file(of({ w: entry(0, 15.5, [4]) })), UNSOUND],
  ['more numbers than bytes', () => file(of({ w: entry(0, 16, [5]) })), UNSOUND],
  [
    'a product of extents beyond 64 bits',
    () => file(of({ w: entry(0, 16, [2 ** 33, 2 ** 33, 4]) })),
    UNSOUND,
  ],
  ['a type that is none', () => file(of({ w: entry(0, 16, [4], 'F31') })), 'read'],
  ['a type that JavaScript knows', () => file(of({ w: entry(0, 16, [4], 'constructor') })), 'read'],
  ['a name twice', () => file(`{"w":${entry(0, 16)},"w":${entry(0, 16)}}`), /names "w" twice/],
  [
    'a shape twice',
    () => file(`{"w":{"dtype":"F32","shape":[4],"shape":[4],"data_offsets":[0,16]}}`),
    /"shape" twice/,
  ],
  ['a field more', () => file('{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"x":1}}'), UNSOUND],
  ['metadata that are none', () => file(`{"__metadata__":{"a":[1]},"w":${entry(0, 16)}}`), /its metadata/],
  ['a tensor named as a prototype', () => file(`{"__proto__":${entry(0, 16)}}`), /./],
  ['a million axes', () => file(of({ w: entry(0, 16, [4, ...new Array<number>(MEG).fill(1)]) })), UNSOUND],
  [
    'no bytes, and more axes than there are',
    () => file(of({ w: entry(0, 0, [0, 2 ** 52, 2 ** 52]), v: entry(0, 16) })),
    'read',
  ],
];

const LARGE: readonly Case[] = [
  [
    'lists in lists, ten million deep',
    () => file(joined('{"w":', times(10 * MEG, '['))),
    /nested too deeply/,
  ],
  [
    'twenty million lists',
    () => file(joined('{"w":[', times(20 * MEG, '[],'), '0]}')),
    /more values than any/,
  ],
  [
    'three million names',
    () => file(utf8(`{"w":{${Array.from({ length: 3 * MEG }, (_, i) => `"${i}":0,`).join('')}"":0}}`)),
    /more values than any/,
  ],
  ['a name of thirty megabytes', () => file(`{"${'a'.repeat(30 * MEG)}":${entry(0, 12)}}`), /^.{10,5000}$/s],
  ['a text of sixty megabytes', () => file(joined('{"w":"', times(60 * MEG, 'a'), '"}')), UNSOUND],
  [
    'a hundred thousand tensors of nothing',
    () =>
      file(
        of({
          w: entry(0, 16),
          ...Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, entry(0, 0, [0])])),
        }),
      ),
    'read',
  ],
];

const index = (map: Readonly<Record<string, string>>): Uint8Array =>
  utf8(JSON.stringify({ weight_map: map }));

const OUTSIDE = /index\.json names a shard outside its own folder/;
const INDICES: readonly (readonly [what: string, bytes: () => Uint8Array, ends: Hostile['ends']])[] = [
  ['a shard above', () => index({ w: '../x.safetensors' }), OUTSIDE],
  ['a shard by its whole path', () => index({ w: '/etc/passwd' }), OUTSIDE],
  ['a shard by the other slash', () => index({ w: '..\\x' }), OUTSIDE],
  [
    'a shard that is not there',
    () => index({ w: 'gone.safetensors' }),
    /There is no file .*gone\.safetensors/,
  ],
  ['an index of itself', () => index({ w: 'model.safetensors.index.json' }), /index\.json/],
  ['the folder itself', () => index({ w: '.' }), /is a folder/],
  ['a shard without a name', () => index({ w: '' }), /is a folder|outside/],
];

/** Safetensors files whose headers lie. */
export const SAFETENSORS: readonly Hostile[] = [
  ...CASES.map(([what, bytes, ends]): Hostile => ({ what, file: 'x.safetensors', bytes, ends })),
  ...LARGE.map(([what, bytes, ends]): Hostile => ({
    what,
    file: 'x.safetensors',
    bytes,
    ends,
    isLarge: true,
  })),
  ...INDICES.map(([what, bytes, ends]): Hostile => ({
    what,
    file: 'model.safetensors.index.json',
    bytes,
    ends,
  })),
];
