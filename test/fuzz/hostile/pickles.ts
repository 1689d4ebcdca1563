import { MEG, archive, concatenated, joined, packedZeros, times, uint32 } from './bytes';
import type { Hostile } from './hostile';
import { dictionary, dictionaryOf, legacyFile, named, pickle, tensor, text, zipFile } from './pickle-code';

type Ends = Hostile['ends'];
type Case = readonly [what: string, value: () => Uint8Array, ends: Ends, size?: 'large'];

const DAMAGED =
  /x\.pth?( \(w\/data\.pkl\))? is (cut off or )?damaged: its pickle (ends early|does not fit together|has an unknown)/;
const NONE = /x\.pth? holds no tensors by name/;
const MANY = /x\.pth?( \(w\/data\.pkl\))? builds more in its pickle than any checkpoint needs/;
const LARGE = /x\.pth?.* asks for .* numbers, far more than/;

/** Pickles that are no sound program, or one for too much. */
const PROGRAMS: readonly Case[] = [
  ['nothing', () => pickle().subarray(0, 0), DAMAGED],
  ['an end alone', () => pickle(), DAMAGED],
  ['a mark at the end', () => pickle('('), DAMAGED],
  ['no mark', () => pickle('t'), DAMAGED],
  ['a memo that was never filled', () => pickle('h\x05'), DAMAGED],
  ['text of four gigabytes', () => pickle('X', uint32(0xffffffff)), DAMAGED],
  ['text of 2^63 bytes', () => pickle('\x8d', uint32(0), uint32(0x80000000)), DAMAGED],
  ['bytes of 2^63 bytes', () => pickle('\x96', uint32(0), uint32(0x80000000)), DAMAGED],
  ['an integer of two gigabytes', () => pickle('\x8b', uint32(0x7fffffff)), DAMAGED],
  ['an integer of a megabyte', () => pickle('\x8b', uint32(MEG), times(MEG, 1)), DAMAGED],
  ['an integer of a million digits', () => pickle('L', times(MEG, '9'), 'L\n'), DAMAGED],
  [
    'an extension',
    () => pickle('\x82\x01'),
    /x\.pth?( \(w\/data\.pkl\))? uses an extension code in its pickle/,
  ],
  [
    'a buffer of elsewhere',
    () => pickle('\x97'),
    /x\.pth?( \(w\/data\.pkl\))? uses a buffer of another process/,
  ],
  ['an instruction that is none', () => pickle('\xff'), DAMAGED],
];

/** Pickles that build more than there is memory, most of them with a byte or two a value. */
const BOMBS: readonly Case[] = [
  ['marks and nothing else', () => pickle(times(60 * MEG, '(')), MANY],
  ['lists and nothing else', () => pickle(times(60 * MEG, ']')), MANY],
  ['mappings and nothing else', () => pickle(times(60 * MEG, '}')), MANY],
  ['objects', () => pickle(named('x', 'Y'), 'q\x00', times(12 * MEG, joined('h\x00', ')', '\x81'))), MANY],
  ['calls of numbers', () => pickle(times(15 * MEG, joined('N', ')', 'R'))), MANY],
  ['places outside', () => pickle(times(30 * MEG, 'NQ')), MANY],
  ['a memo of all there is', () => pickle('N', times(60 * MEG, '\x94')), MANY],
  [
    'a memo with gaps',
    () => pickle('N', concatenated(Array.from({ length: MEG }, (_, i) => joined('r', uint32(i * 999))))),
    NONE,
  ],
  ['copies', () => pickle('N', times(60 * MEG, '2')), MANY],
  ['small numbers', () => pickle(times(30 * MEG, 'K\x01')), MANY],
  ['floats as text', () => pickle(times(20 * MEG, 'F1\n')), MANY],
  ['short texts', () => pickle(times(20 * MEG, 'U\x01a')), MANY],
  ['short bytes', () => pickle(times(20 * MEG, 'C\x01a')), MANY],
  ['names', () => pickle(times(10 * MEG, 'ca\nb\n')), MANY],
];

/** Values that are small to write, and much work for whoever walks through them. */
const WALKS: readonly Case[] = [
  ['a list in itself', () => joined(']', 'q\x00', 'h\x00', 'a'), NONE],
  ['a mapping in itself', () => joined('}', 'q\x00', text('model'), 'h\x00', 's'), NONE],
  ['an object that is its own state', () => joined(named('x', 'Y'), ')', 'R', 'q\x00', 'h\x00', 'b'), NONE],
  [
    'lists of lists that are one, ten thousand deep',
    () => joined(']', times(10_000, joined('q\x00', '0', ']', '(', times(10, 'h\x00'), 'e'))),
    NONE,
  ],
  [
    'lists in lists, two million deep',
    () => joined(times(2 * MEG, ']'), times(2 * MEG - 1, 'a')),
    NONE,
    'large',
  ],
  ['a list of four million numbers', () => joined(']', '(', times(4 * MEG, 'K\x01'), 'e'), NONE, 'large'],
  ['a list of two million lists', () => joined(']', '(', times(2 * MEG, ']'), 'e'), NONE, 'large'],
  [
    'thousands of objects with one great state',
    () =>
      joined(
        concatenated([
          ...['}', 'q\x01', '('],
          ...Array.from({ length: 200_000 }, (_, i) => joined(text(`k${i}`), 'N')),
          ...['u', '0'],
        ]),
        joined(named('x', 'Y'), 'q\x00', '0', ']', '('),
        times(200_000, joined('h\x00', ')', 'R', 'h\x01', 'b')),
        'e',
      ),
    NONE,
    'large',
  ],
  [
    'a key that keeps a pattern busy',
    () => dictionary([text(`${'scheduler'.repeat(200_000)}-`), dictionary([text('w'), tensor()])]),
    NONE,
  ],
  [
    'a key of sixteen megabytes',
    () => dictionary([text('a'.repeat(16 * MEG)), tensor({ key: 'none' })]),
    /^.{10,30000}$/s,
    'large',
  ],
  [
    'a key that a terminal would obey',
    () => dictionary([text('\u001b[2J'), tensor({ key: 'none' })]),
    /x\.pth? is damaged: tensor/,
  ],
  [
    'a key that JavaScript knows',
    () => dictionary([text('__proto__'), tensor()], [text('constructor'), tensor()]),
    'read',
  ],
];

/** A mapping with one tensor in it. */
const alone = (place: Parameters<typeof tensor>[0]) => (): Uint8Array =>
  dictionary([text('w'), tensor(place)]);

const NOWHERE = /x\.pth? is damaged: tensor "w"/;
const axes = (count: number, extent: number): number[] => new Array<number>(count).fill(extent);

/** Tensors that lie nowhere, or that would be far larger than the file. */
const TENSORS: readonly Case[] = [
  ['a storage that is not there', alone({ key: '7' }), NOWHERE],
  ['an extent below zero', alone({ shape: [-4] }), NOWHERE],
  ['an offset below zero', alone({ offset: -1 }), NOWHERE],
  ['an extent of half', alone({ shape: [0.5] }), NOWHERE],
  ['an extent of 1e300', alone({ shape: [1e300] }), NOWHERE],
  ['an extent without end', alone({ shape: [Infinity] }), NOWHERE],
  [
    'more numbers than its storage',
    alone({ shape: [5] }),
    /x\.pth?.* is damaged: a tensor of 5 reaches beyond/,
  ],
  [
    'an offset beyond its storage',
    alone({ offset: 1 }),
    /x\.pth?.* is damaged: a tensor of 4 reaches beyond/,
  ],
  ['one number a billion times', alone({ shape: [1e9], strides: [0] }), LARGE],
  ['one number 1e15 times', alone({ shape: [1e5, 1e5, 1e5], strides: [0, 0, 0] }), LARGE],
  ['sixty axes of two', alone({ shape: axes(60, 2), strides: axes(60, 0) }), LARGE],
  ['a million axes', alone({ shape: axes(MEG, 1), strides: axes(MEG, 1) }), /./],
];

const files = ([what, code, ends, size]: Case): Hostile[] => [
  { what, file: 'x.pt', bytes: () => zipFile(code()), ends, isLarge: size === 'large' },
  { what, file: 'x.pth', bytes: () => legacyFile(code()), ends, isLarge: size === 'large' },
];

const sound = (): Uint8Array => pickle(dictionary([text('w'), tensor()]));
const numbers = (count: number): Uint8Array => times(count, new Uint8Array(Float32Array.of(1).buffer));

/** Archives around pickles. */
const ARCHIVES: readonly Hostile[] = [
  {
    what: 'one tensor under two thousand names',
    file: 'x.pt',
    bytes: () =>
      zipFile(
        pickle(
          joined(tensor({ count: MEG, shape: [MEG] }), 'q\x00', '0'),
          dictionaryOf(Array.from({ length: 2000 }, (_, i) => [text(`w${i}`), 'h\x00'] as const)),
        ),
        [{ name: 'w/data/0', bytes: numbers(MEG) }],
      ),
    ends: 'read',
  },
  {
    what: 'thousands of tensors from one storage of megabytes',
    file: 'x.pt',
    bytes: () =>
      zipFile(
        pickle(
          dictionaryOf(
            Array.from({ length: 2000 }, (_, i) => {
              const place = { count: 4 * MEG, shape: [4 * MEG - 5000], offset: i };
              return [text(`w${i}`), tensor(place)] as const;
            }),
          ),
        ),
        [{ name: 'w/data/0', bytes: numbers(4 * MEG) }],
      ),
    ends: LARGE,
  },
  {
    what: 'two pickles, of which readers may take either',
    file: 'x.pt',
    bytes: () =>
      zipFile(sound(), [
        { name: 'w/data/0', bytes: numbers(4) },
        { name: 'v/data.pkl', bytes: sound() },
      ]),
    ends: /x\.pt holds several pickles/,
  },
  {
    what: 'a member of two names',
    file: 'x.pt',
    bytes: () => zipFile(sound(), [{ name: 'w/data/0', localName: 'w/data/1', bytes: numbers(4) }]),
    ends: /x\.pt is damaged: its bytes do not agree/,
  },
  {
    what: 'a member with a password',
    file: 'x.pt',
    bytes: () => zipFile(sound(), [{ name: 'w/data/0', bytes: numbers(4), encrypted: true }]),
    ends: /x\.pt is (encrypted|damaged)/,
  },
  {
    what: 'a storage of another length than the pickle says',
    file: 'x.pt',
    bytes: () => zipFile(sound(), [{ name: 'w/data/0', bytes: numbers(8) }]),
    ends: /x\.pt is damaged: tensor "w"/,
  },
  {
    what: 'a pickle that unpacks to two gigabytes',
    file: 'x.pt',
    bytes: () => archive([{ name: 'w/data.pkl', bytes: packedZeros(2047), size: 2047 * MEG }]),
    ends: /x\.pt \(w\/data\.pkl\) is too large/,
  },
  {
    what: 'a storage that unpacks to two gigabytes',
    file: 'x.pt',
    bytes: () =>
      zipFile(
        pickle(dictionary([text('w'), tensor({ count: 2047 * (MEG / 4), shape: [2047 * (MEG / 4)] })])),
        [{ name: 'w/data/0', bytes: packedZeros(2047), size: 2047 * MEG }],
      ),
    ends: /x\.pt \(w\/data\/0\) unpacks to 2\.1 GB/,
  },
];

/** Pickles that hang or fill the memory of a reader that trusts them. */
export const PICKLES: readonly Hostile[] = [
  ...PROGRAMS.flatMap(files),
  ...BOMBS.flatMap(([what, code, ends]) => files([what, code, ends, 'large'])),
  ...[...WALKS, ...TENSORS].flatMap(([what, value, ends, size]) =>
    files([what, () => pickle(value()), ends, size]),
  ),
  ...ARCHIVES,
];
