import { UserError } from '../../core/errors';
import { hasBytes } from '../containers/head';
import { ProtobufFields } from '../containers/protobuf-fields';
import type { ByteSource } from '../containers/source';

// Other programs' files: each by its content, with a sentence that says the way.

export const SAVED_MODEL = (path: string) =>
  `${path} is a TensorFlow SavedModel, which holds operations without their layers: save the model as .keras (tf_keras.models.load_model(folder).save("model.keras")), or convert it by python -m tf2onnx.convert --saved-model folder --output model.onnx.`;

export const TENSORFLOW_VARIABLES = (path: string) =>
  `${path} belongs to a checkpoint of TensorFlow, which holds variables without their network: build the model in Python, model.load_weights(checkpoint), and save the whole, model.save("model.keras").`;

export const DISTRIBUTED = (path: string) =>
  `${path} is a distributed checkpoint of PyTorch: join it by python -m torch.distributed.checkpoint.format_utils dcp_to_torch ${path} joined.pt, and open joined.pt.`;

export const FLAX = (path: string, what: string) =>
  `${path} is ${what}, which holds arrays without their network: export the network with its weights as ONNX (jax2onnx, or jax2tf and tf2onnx), and give that file.`;

const INFERENCE = (path: string, what: string, from: string) =>
  `${path} is ${what}, made for inference and not for derivatives: give ${from} that it was converted from.`;

interface Kind {
  is(head: Uint8Array, source: ByteSource): boolean;
  says(path: string): string;
}

const text = (letters: string): number[] => [...Buffer.from(letters, 'latin1')];

/** The last bytes of LevelDB's tables, in which TensorFlow keeps its variables' names. */
const TABLE_END = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

const KINDS: readonly Kind[] = [
  {
    is: (head) =>
      hasBytes(head, text('GGUF')) ||
      ['ggjt', 'tjgg', 'ggml', 'lmgg'].some((word) => hasBytes(head, text(word))),
    says: (path) =>
      `${path} is a GGUF file (llama.cpp), whose weights are quantized and have no exact gradient: give the folder of Hugging Face's transformers that it was made from.`,
  },
  {
    is: (head) => hasBytes(head, text('TFL3'), 4),
    says: (path) => INFERENCE(path, 'a TensorFlow Lite model', 'the .keras'),
  },
  {
    is: (_, source) => source.size > TABLE_END.length && hasBytes(source.read(source.size - 8, 8), TABLE_END),
    says: TENSORFLOW_VARIABLES,
  },
  { is: (_, { name }) => /\.data-\d{5}-of-\d{5}$/.test(name), says: TENSORFLOW_VARIABLES },
  { is: isFlax, says: (path) => FLAX(path, 'a msgpack file of Flax (JAX)') },
  { is: (head, source) => messageKind(head, source) === 'saved model', says: SAVED_MODEL },
  {
    is: (head, source) => messageKind(head, source) === 'core ml',
    says: (path) => INFERENCE(path, 'a Core ML model', 'the .pt2 or .keras'),
  },
];

/** The sentence for a file of another program, if it is of a known one. */
export const foreignKind = (head: Uint8Array, source: ByteSource): string | undefined =>
  KINDS.find(({ is }) => is(head, source))?.says(source.name);

/** Maps in maps by names, and in the first place of all an array, which Flax writes as msgpack's extension 1. */
function isFlax(head: Uint8Array): boolean {
  let at = 0;
  for (let depth = 0; depth < 20; depth++) {
    const kind = depth > 0 ? extensionKind(head, at) : undefined;
    if (kind !== undefined) return kind === 1;
    const keys = { 0xde: 3, 0xdf: 5 }[head[at]] ?? (head[at] > 0x80 && head[at] <= 0x8f ? 1 : 0);
    const isShort = head[at + keys] !== 0xd9;
    const length = isShort ? head[at + keys] - 0xa0 : head[at + keys + 1];
    if (keys === 0 || !(length > 0 && length < (isShort ? 32 : 256))) return false;
    const begin = at + keys + (isShort ? 1 : 2);
    at = begin + length;
    if (!head.subarray(begin, at).every((byte) => byte >= 0x20 && byte < 0x7f)) return false;
  }
  return false;
}

/** The number of the extension that stands at a place, behind its length or of a fixed one. */
function extensionKind(head: Uint8Array, at: number): number | undefined {
  const code = head[at];
  if (code >= 0xc7 && code <= 0xc9) return head[at + 1 + 2 ** (code - 0xc7)];
  return code >= 0xd4 && code <= 0xd8 ? head[at + 1] : undefined;
}

/** A version, then a message where ONNX has a text: TensorFlow's has no other fields, Core ML's a model's kind from 200 on. */
function messageKind(head: Uint8Array, source: ByteSource): 'saved model' | 'core ml' | undefined {
  if (head[0] !== 0x08) return undefined;
  try {
    let last = 0;
    for (const { number } of new ProtobufFields(source).of(0, source.size)) last = number;
    return last === 2 ? 'saved model' : last >= 200 ? 'core ml' : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
