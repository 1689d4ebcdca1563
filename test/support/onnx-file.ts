import { onnx } from '../../src/onnx/generated/onnx';

const { AttributeType } = onnx.AttributeProto;
const { DataType } = onnx.TensorProto;

/** Integers are integers, `{ float }`, `{ floats }` and `{ strings }` are not; a reference names an attribute of the function around. */
export type TestAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: onnx.TensorProto.$Properties }
  | { readonly reference: string };

export function attribute(name: string, value: TestAttribute): onnx.AttributeProto.$Properties {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: AttributeType.FLOATS, floats: [...value.floats] };
  if ('strings' in value)
    return {
      name,
      type: AttributeType.STRINGS,
      strings: value.strings.map((text) => new TextEncoder().encode(text)),
    };
  if ('tensor' in value) return { name, type: AttributeType.TENSOR, t: value.tensor };
  if ('reference' in value) return { name, type: AttributeType.FLOAT, refAttrName: value.reference };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

/** One operator; outputs are named y, or as said. */
export function node(
  opType: string,
  input: readonly string[],
  output: string | readonly string[] = 'y',
  attributes: Readonly<Record<string, TestAttribute>> = {},
  domain = '',
): onnx.NodeProto.$Properties {
  return {
    name: `${opType} of ${input.join(' and ')}`,
    opType,
    domain,
    input: [...input],
    output: typeof output === 'string' ? [output] : [...output],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  };
}

const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A float32 tensor; without values, numbers that go up and down. */
export function floats(
  name: string,
  shape: readonly number[],
  values: readonly number[] | ((index: number) => number) = wave,
): onnx.TensorProto.$Properties {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, (_, i) =>
    typeof values === 'function' ? values(i) : values[i],
  );
  return { name, dims: [...shape], dataType: DataType.FLOAT, rawData: bytesOf(data) };
}

/** Between -1 and 1, never the same twice in a row. */
export const wave = (i: number): number => Math.sin(1.7 * i + 0.3);

/** An int64 tensor, a list unless another shape is given. */
export function integers(
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): onnx.TensorProto.$Properties {
  const rawData = bytesOf(BigInt64Array.from(values, BigInt));
  return { name, dims: [...shape], dataType: DataType.INT64, rawData };
}

/** What is fed; a dynamic axis is a name. */
export function valueInfo(
  name: string,
  shape: readonly (number | string)[],
  elemType: number = DataType.FLOAT,
): onnx.ValueInfoProto.$Properties {
  const dim = shape.map((extent) =>
    typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent },
  );
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** The parts of a model that a test says. */
export interface TestModel {
  readonly nodes: readonly onnx.NodeProto.$Properties[];
  readonly inputs?: readonly onnx.ValueInfoProto.$Properties[];
  readonly initializers?: readonly onnx.TensorProto.$Properties[];
  readonly outputs?: readonly onnx.ValueInfoProto.$Properties[];
  readonly functions?: readonly onnx.FunctionProto.$Properties[];
  readonly opset?: number;
  readonly metadata?: readonly onnx.StringStringEntryProto.$Properties[];
  readonly producer?: string;
  readonly values?: readonly onnx.ValueInfoProto.$Properties[];
  readonly format?: number;
}

/** An ONNX file. */
export function onnxFile({
  nodes,
  inputs = [valueInfo('x', ['rows', 4])],
  initializers = [],
  outputs = [{ name: 'y', type: { tensorType: { elemType: DataType.FLOAT } } }],
  functions = [],
  opset = 18,
  metadata = [],
  producer = 'test',
  values = [],
  format = 9,
}: TestModel): Uint8Array {
  return onnx.ModelProto.encode({
    irVersion: format,
    producerName: producer,
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'house', version: 1 },
    ],
    graph: {
      name: 'graph',
      node: [...nodes],
      initializer: [...initializers],
      input: [...inputs],
      output: [...outputs],
      metadataProps: [...metadata],
      valueInfo: [...values],
    },
    functions: [...functions],
  }).finish();
}
