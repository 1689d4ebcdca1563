import { type Member, type Part, archive, concatenated, joined, times, uint32, utf8 } from './bytes';

// Pickles are written instruction by instruction here: no honest writer makes these.

export const text = (value: string): Uint8Array => joined('X', uint32(utf8(value).length), utf8(value));

export const number = (value: number): Uint8Array =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 31
    ? joined('J', uint32(value >>> 0))
    : joined('F', `${value}\n`);

export const named = (module: string, name: string): Uint8Array => joined('c', `${module}\n${name}\n`);

export const tuple = (...items: readonly Part[]): Uint8Array => joined('(', ...items, 't');

export const dictionary = (...entries: readonly (readonly [key: Part, value: Part])[]): Uint8Array =>
  dictionaryOf(entries);

export const dictionaryOf = (entries: readonly (readonly [key: Part, value: Part])[]): Uint8Array =>
  concatenated(['}', '(', ...entries.flat(), 'u']);

/** A call of what a module names. */
export const call = (module: string, name: string, ...given: readonly Part[]): Uint8Array =>
  joined(named(module, name), tuple(...given), 'R');

/** A tensor's place in its storage. */
export interface Place {
  readonly key?: string;
  /** Elements of the storage. */
  readonly count?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
  readonly offset?: number;
}

/** A float tensor as `torch.save` writes it. */
export function tensor({
  key = '0',
  count = 4,
  shape = [4],
  strides = [1],
  offset = 0,
}: Place = {}): Uint8Array {
  const storage = joined(
    tuple(text('storage'), named('torch', 'FloatStorage'), text(key), text('cpu'), number(count)),
    'Q',
  );
  const parts = [shape, strides].map((list) => concatenated(['(', ...list.map(number), 't']));
  const hooks = joined(named('collections', 'OrderedDict'), ')', 'R');
  return call('torch._utils', '_rebuild_tensor_v2', storage, number(offset), ...parts, '\x89', hooks);
}

export const pickle = (...parts: readonly Part[]): Uint8Array => joined(0x80, 2, ...parts, '.');

const FLOATS = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** A file as `torch.save` writes it today. */
export const zipFile = (
  code: Uint8Array,
  storages: readonly Member[] = [{ name: 'w/data/0', bytes: FLOATS }],
): Uint8Array =>
  archive([
    { name: 'w/data.pkl', bytes: code },
    { name: 'w/byteorder', bytes: utf8('little') },
    ...storages,
    { name: 'w/version', bytes: utf8('3\n') },
  ]);

const MAGIC = Uint8Array.of(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);

/** A file as `torch.save` wrote it before PyTorch 1.6. */
export const legacyFile = (code: Uint8Array): Uint8Array =>
  joined(
    ...[pickle('\x8a', 10, MAGIC), pickle('M', 0xe9, 3), pickle('}')],
    ...[code, pickle(']', text('0'), 'a'), uint32(4), times(4, 0), FLOATS],
  );
