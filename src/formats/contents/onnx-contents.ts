import { onnx } from '../../onnx/generated/onnx';
import { sizeOf } from '../../core/size-of';
import { TensorReader } from '../checkpoints/onnx/tensor';
import { ProtobufFields } from '../containers/protobuf-fields';
import { type ByteSource, type FileSource, section, truncated } from '../containers/source';
import { onnxProvenance } from './onnx-provenance';
import type { FileContents, TensorPlace } from './tensor-place';

/** Fields of the schema (`src/onnx/onnx.proto`) by their numbers. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { floats: 4, integers: 5, texts: 6, longs: 7, raw: 9, doubles: 10, unsigned: 11 };
/** What fields of numbers have in the file is what `raw` would have. */
const AS_RAW = [TENSOR.raw, TENSOR.floats, TENSOR.doubles];
const NUMBERS = new Set(Object.values(TENSOR));
/** Bytes that a tensor has beside its numbers: name, shape, where it lies. */
const LARGEST_DESCRIPTION = 1 << 20;

/**
 * Tensors of an ONNX file, in place, there and in the files beside it, and what it says of its making; its nodes are unread.
 * @param opened receives the files beside it
 * @throws UserError for what is damaged
 */
export function onnxContents(source: FileSource, opened: FileSource[]): FileContents {
  const fields = new ProtobufFields(source);
  const tensors = new TensorReader(source, opened);
  const places: TensorPlace[] = [];
  for (const graph of fields.of(0, source.size)) {
    if (graph.number !== MODEL_GRAPH) continue;
    for (const { number, begin, end } of fields.of(graph.begin, graph.end))
      if (number === GRAPH_INITIALIZER) places.push(placeOf({ source, fields, tensors }, begin, end));
  }
  return {
    kind: 'ONNX',
    tensors: places,
    provenance: onnxProvenance(source, fields),
    notes: [
      'Of so large a file only the tensors are read: what its exporter changed of the network is told when it is analyzed.',
    ],
    weightsAlone: false,
  };
}

/** A model's file as it is read. */
interface Reading {
  readonly source: FileSource;
  readonly fields: ProtobufFields;
  readonly tensors: TensorReader;
}

function placeOf({ source, fields, tensors }: Reading, begin: number, end: number): TensorPlace {
  // All but the numbers, which the schema's own code then reads.
  const parts: Uint8Array[] = [];
  let taken = 0;
  const numbers: { readonly number: number; readonly bytes: ByteSource }[] = [];
  let at = begin;
  for (const field of fields.of(begin, end)) {
    if (NUMBERS.has(field.number))
      numbers.push({
        number: field.number,
        bytes: section(source, source.name, field.begin, field.end - field.begin),
      });
    else {
      taken += field.end - at;
      if (taken > LARGEST_DESCRIPTION) throw truncated(source.name);
      parts.push(source.read(at, field.end - at));
    }
    at = field.end;
  }
  const message = onnx.TensorProto.decode(Buffer.concat(parts));
  const { name, stored, shape, storage } = tensors.layoutOf(message);
  const count = sizeOf(shape);
  const isElsewhere = message.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL;
  const bytes = isElsewhere
    ? tensors.external(message, count * storage.bytes, name)
    : numbers.length === 1 && AS_RAW.includes(numbers[0].number)
      ? numbers[0].bytes
      : undefined;
  const isRow = bytes?.size === count * storage.bytes;
  const base = {
    ...{ name, shape, count, type: stored.toLowerCase(), isFloat: storage.type === 'float' },
    ...{ width: storage.bytes, outputsLast: false },
  };
  if (bytes && isRow)
    return {
      ...base,
      read: (from, length) =>
        storage.raw(bytes.read(from * storage.bytes, length * storage.bytes).buffer as ArrayBuffer),
    };
  const whole = () => tensors.read(onnx.TensorProto.decode(source.read(begin, end - begin))).data;
  return {
    ...{ ...base, onlyWhole: 'is a list of numbers of various lengths' },
    read: (from, length) => whole().subarray(from, from + length),
  };
}
