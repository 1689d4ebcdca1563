import protobuf from 'protobufjs/minimal.js';

type KindName =
  | 'leaf'
  | 'model'
  | 'graph'
  | 'node'
  | 'function'
  | 'attribute'
  | 'tensor'
  | 'sparse'
  | 'value'
  | 'type'
  | 'tensorType'
  | 'shape';

/** A message of the schema by its fields' numbers: those that hold messages, and those that hold lists of integers. */
interface Kind {
  readonly messages: Readonly<Record<number, KindName>>;
  readonly integers?: readonly number[];
}

const KINDS: Readonly<Record<KindName, Kind>> = {
  leaf: { messages: {} },
  model: { messages: { 7: 'graph', 8: 'leaf', 14: 'leaf', 25: 'function' } },
  graph: {
    messages: { 1: 'node', 5: 'tensor', 11: 'value', 12: 'value', 13: 'value', 15: 'sparse', 16: 'leaf' },
  },
  node: { messages: { 5: 'attribute', 9: 'leaf' } },
  function: { messages: { 7: 'node', 9: 'leaf', 11: 'attribute', 12: 'value', 14: 'leaf' } },
  attribute: {
    messages: {
      5: 'tensor',
      6: 'graph',
      10: 'tensor',
      11: 'graph',
      14: 'type',
      15: 'type',
      22: 'sparse',
      23: 'sparse',
    },
    integers: [8],
  },
  tensor: { messages: { 3: 'leaf', 13: 'leaf', 16: 'leaf' }, integers: [1, 5, 7, 11] },
  sparse: { messages: { 1: 'tensor', 2: 'tensor' }, integers: [3] },
  value: { messages: { 2: 'type', 4: 'leaf' } },
  type: { messages: { 1: 'tensorType' } },
  tensorType: { messages: { 2: 'shape' } },
  shape: { messages: { 1: 'leaf' } },
};

/** About what one takes in memory, in bytes. */
const PER_MESSAGE = 512;
const PER_FIELD = 32;
const PER_INTEGER = 48;
/** The deepest nesting of graphs in attributes. */
const DEEPEST = 60;

/**
 * About how many bytes a model's messages will take once decoded, the bytes of its tensors aside, which are not copied:
 * two bytes of a hostile file may claim hundreds. Stops counting beyond `limit`. Throws what protobufjs throws for
 * bytes that are no messages.
 */
export function decodedSize(bytes: Uint8Array, limit: number): number {
  const reader = protobuf.Reader.create(bytes);
  let total = 0;
  const walk = (name: KindName, end: number, depth: number): void => {
    if (depth > DEEPEST) throw new RangeError('nested too deeply');
    const kind = KINDS[name];
    total += PER_MESSAGE;
    while (reader.pos < end && total <= limit) {
      const tag = reader.uint32();
      const field = tag >>> 3;
      total += PER_FIELD;
      if ((tag & 7) !== 2) {
        reader.skipType(tag & 7);
        continue;
      }
      const length = reader.uint32();
      const after = reader.pos + length;
      if (after > end) throw new RangeError('a field reaches beyond its message');
      const inner = kind.messages[field];
      if (inner) walk(inner, after, depth + 1);
      else if (kind.integers?.includes(field)) total += PER_INTEGER * length;
      if (total > limit) return;
      reader.pos = after;
    }
  };
  walk('model', bytes.length, 0);
  return total;
}
