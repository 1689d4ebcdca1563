import type { DType } from '../../autodiff/graph';
import type { Shape } from '../../autodiff/shape';
import type { Part } from '../backend';
import { onnx } from '../../onnx/generated/onnx';
import { identityOf } from '../../core/identity';
import { type Bundle, bundleLength, bundlesOf, packing, unbundled, unpacking } from './bundles';
import { byReadiness } from './readiness';
import { type GraphPart, type ModelGraph, cutByDependence } from './parts';

/** Every operator emitted has the meaning it has in this version of ONNX's standard set. */
const OPSET = 17;
/** ONNX Runtime's own operators on blocks of channels; internal to it, so its version is pinned exactly. */
export const NCHWC = 'com.microsoft.nchwc';
/** The version of the file format that goes with it. */
const IR_VERSION = 8;

const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

/** Numbers and lists are integers, as most attributes are; a float says so. */
export type Attribute = number | readonly number[] | string | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

const elementTypes: Record<DType, number> = { float: DataType.FLOAT, int32: DataType.INT32 };

function attributeProto(name: string, value: Attribute): onnx.AttributeProto.$Properties {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

/** A value's type; values between two parts of a program leave their shape to be found. */
function valueInfo(name: string, elemType: number, shape?: Shape): onnx.ValueInfoProto.$Properties {
  const dim = shape?.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType, ...(dim ? { shape: { dim } } : {}) } } };
}

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * Writes one ONNX model. Values are known by name. Like the graph's, its nodes are hash-consed: a helper that two
 * primitives both need (a transposed kernel, the positions of maxima) is computed once. What no output needs is left out.
 */
export class ModelBuilder {
  private readonly nodes: onnx.NodeProto.$Properties[] = [];
  private readonly initializers: onnx.TensorProto.$Properties[] = [];
  private readonly inputs: onnx.ValueInfoProto.$Properties[] = [];
  private readonly inputShapes = new Map<string, Shape>();
  private readonly producers = new Map<string, onnx.NodeProto.$Properties>();
  private readonly known = new Map<string, string[]>();
  /** The type of every value's elements, as ONNX counts them. */
  private readonly types = new Map<string, number>();

  /** A value fed at run time. */
  input(name: string, dtype: DType, shape: Shape): string {
    this.inputs.push(valueInfo(name, elementTypes[dtype], shape));
    this.inputShapes.set(name, shape);
    this.types.set(name, elementTypes[dtype]);
    return name;
  }

  /** A tensor stored in the model: float32, or integers of the array's width. */
  initializer(data: Float32Array | Int32Array | BigInt64Array, shape: Shape): string {
    const dataType =
      data instanceof Float32Array
        ? DataType.FLOAT
        : data instanceof Int32Array
          ? DataType.INT32
          : DataType.INT64;
    // Only short ones (shapes, axes, scalars) come more than once.
    const key = data.length <= 64 ? `${dataType} ${identityOf(data)} [${shape.join(' ')}]` : undefined;
    const known = key !== undefined && this.known.get(key);
    if (known) return known[0];
    const name = `c${this.initializers.length}`;
    this.initializers.push({ name, dims: [...shape], dataType, rawData: bytesOf(data) });
    this.types.set(name, dataType);
    if (key !== undefined) this.known.set(key, [name]);
    return name;
  }

  /** A list of int64, as ONNX takes shapes, axes and paddings. */
  integers(values: readonly number[]): string {
    return this.initializer(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** One operator, of the standard set or written as `domain/operator`; the names of its outputs. */
  node(opType: string, inputs: readonly string[], attributes: Attributes = {}, outputs = 1): string[] {
    const key = `${opType}(${inputs.join(' ')})${identityOf(attributes)}`;
    const known = this.known.get(key);
    if (known) return known;
    const output = Array.from({ length: outputs }, (_, i) => `t${this.nodes.length}_${i}`);
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    const [type, domain = ''] = opType.split('/').reverse();
    const node = { opType: type, domain, input: [...inputs], output, attribute };
    this.nodes.push(node);
    output.forEach((name, i) => {
      this.producers.set(name, node);
      this.types.set(name, this.typeOf(type, inputs, attributes, i));
    });
    this.known.set(key, output);
    return output;
  }

  /** 1 and 0 for true and false. */
  toFloat(condition: string): string {
    return this.node('Cast', [condition], { to: DataType.FLOAT })[0];
  }

  /** What is not zero; the condition itself where `mask` was made from one. */
  toCondition(mask: string): string {
    const source = this.producers.get(mask);
    if (source?.opType === 'Cast') return source.input![0];
    return this.node('Cast', [mask], { to: DataType.BOOL })[0];
  }

  toInt64(indices: string): string {
    return this.node('Cast', [indices], { to: DataType.INT64 })[0];
  }

  /** Is this value the result of the standard set's `opType`? */
  isResultOf(name: string, opType: string): boolean {
    const source = this.producers.get(name);
    return source?.opType === opType && source.domain === '';
  }

  /** Is this value computed, and not fed or stored? */
  isComputed(name: string): boolean {
    return this.producers.has(name);
  }

  /** The serialized model that gives `outputs`. */
  finish(outputs: readonly ModelOutput[]): Uint8Array {
    return this.finishParts(outputs, () => 'all')[0].bytes;
  }

  /**
   * The models that give `outputs` one after the other, cut by what `partOf` says each fed value changes with; one model
   * where very many values would be handed from part to part.
   */
  finishParts(outputs: readonly ModelOutput[], partOf: (input: string) => Part): ModelPart[] {
    const fed = new Map(this.inputs.map((info) => [info.name!, info] as const));
    const shapes = new Map(outputs.map(({ name, shape }) => [name, shape] as const));
    const known = new Map([...shapes, ...this.inputShapes]);
    const stored = new Set(this.initializers.map(({ name }) => name!));
    const graph = { nodes: this.nodes, inputs: new Set(fed.keys()), stored };
    const shapeOf = (name: string) => (this.types.get(name) === DataType.FLOAT ? known.get(name) : undefined);
    const info = (name: string) => fed.get(name) ?? valueInfo(name, this.types.get(name)!, shapes.get(name));
    return cut(graph, [...shapes.keys()], partOf).map((part) => this.written(part, info, shapeOf));
  }

  /** One part as a model of its own. */
  private written(
    { part, nodes, inputs, outputs }: GraphPart,
    info: (name: string) => onnx.ValueInfoProto.$Properties,
    shapeOf: (name: string) => Shape | undefined,
  ): ModelPart {
    const integers = (values: readonly number[]) => this.integers(values);
    const taken = bundlesOf('in', inputs, shapeOf);
    const given = bundlesOf('out', outputs, shapeOf);
    const all = byReadiness([
      ...taken.flatMap((bundle) => unpacking(bundle, integers)),
      ...nodes,
      ...given.flatMap((bundle) => packing(bundle, integers)),
    ]);
    const read = new Set([...outputs, ...all.flatMap(({ input }) => input!)]);
    const ports = (names: readonly string[], bundles: readonly Bundle[]) => [
      ...unbundled(names, bundles).map(info),
      ...bundles.map((bundle) => valueInfo(bundle.name, DataType.FLOAT, [bundleLength(bundle)])),
    ];
    const bytes = onnx.ModelProto.encode({
      irVersion: IR_VERSION,
      producerName: 'landscape',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: NCHWC, version: 1 },
      ],
      graph: {
        name: part,
        // A second output that nobody reads may cost a slower kernel (the positions of maxima).
        node: all.map((node) => ({ ...node, output: trimmed(node.output!, read) })),
        initializer: this.initializers.filter(({ name }) => read.has(name!)),
        input: ports(inputs, taken),
        output: ports(outputs, given),
      },
    }).finish();
    return { part, bytes, nodes: all.length, inputs, outputs, taken, given };
  }

  /** The type of an operator's output: found as it is written, so that no chain of operators is walked back. */
  private typeOf(opType: string, inputs: readonly string[], attributes: Attributes, output: number): number {
    if (opType === 'Greater' || opType === 'Equal') return DataType.BOOL;
    if (opType === 'MaxPool' && output === 1) return DataType.INT64;
    if (opType === 'OneHot' || opType === 'ConstantOfShape') return DataType.FLOAT;
    if (opType === 'Cast') return attributes.to as number;
    return this.types.get(inputs[opType === 'Where' ? 1 : 0])!;
  }
}

/** A value that a model gives; its shape is found where it is left out. */
export interface ModelOutput {
  readonly name: string;
  readonly shape?: Shape;
}

/** One of the models that a program becomes. */
export interface ModelPart {
  readonly part: Part;
  readonly bytes: Uint8Array;
  /** How many operators it has. */
  readonly nodes: number;
  /** The values it takes, fed or given by an earlier part, and those it gives. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Which of them cross its border in bundles. */
  readonly taken: readonly Bundle[];
  readonly given: readonly Bundle[];
}

/** So many values may be handed from part to part: ONNX Runtime takes long to open a model with many ports. */
const MOST_HANDED_ON = 1000;

function cut(graph: ModelGraph, outputs: readonly string[], partOf: (input: string) => Part): GraphPart[] {
  const parts = cutByDependence(graph, outputs, partOf);
  const handedOn = parts.slice(0, -1).reduce((sum, part) => sum + part.outputs.length, 0);
  return handedOn > MOST_HANDED_ON ? cutByDependence(graph, outputs, () => 'all') : parts;
}

function trimmed(names: readonly string[], read: ReadonlySet<string>): string[] {
  const last = names.reduce((end, name, i) => (read.has(name) ? i : end), 0);
  return names.slice(0, last + 1);
}
