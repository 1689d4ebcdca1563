import { basename } from 'node:path';
import { onnx } from '../../../onnx/generated/onnx';
import { UserError } from '../../../core/errors';
import { type FileSource, truncated } from '../../containers/source';
import { decodedSize } from './budget';
import { checkModel } from './check';
import {
  type OnnxAttribute,
  type OnnxCheckpoint,
  type OnnxFunction,
  type OnnxInput,
  type OnnxNode,
  type OnnxTensor,
  functionKey,
} from './description';
import { settle } from './parameters/settle';
import { sourcesIn } from './parameters/code';
import { TensorReader, elementType, toNumber } from './tensor';

/** A protobuf message is never larger. */
const LARGEST_FILE = 2 ** 31;
/** What a model's nodes, names and integer lists may take in memory, the floats of its tensors aside. */
const LARGEST_STRUCTURE = 2 ** 30;

const { AttributeType } = onnx.AttributeProto;

/**
 * Field 1, the version of the file format, as every writer puts it first; then a field that a model has. What begins with a
 * message in the place of the producer's name is another program's (TensorFlow's, Core ML's).
 */
export function looksLikeOnnx(head: Uint8Array): boolean {
  const next = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xca];
  if (head[2] === 0x12 && head[3] > 0 && head[behindVarint(head, 3)] === 0x0a) return false;
  return head[0] === 0x08 && head[1] > 0 && head[1] < 64 && (head.length === 2 || next.includes(head[2]));
}

/** The place behind a number that is written in sevens of bits. */
function behindVarint(bytes: Uint8Array, begin: number): number {
  let at = begin;
  while (bytes[at] >= 0x80) at++;
  return at + 1;
}

/**
 * Reads an ONNX model and the data files beside it.
 * @param opened receives those files, for the hash; the caller closes them.
 * @throws UserError when it is damaged, too large, or holds tensors of no known type of numbers.
 */
export function readOnnx(source: FileSource, opened: FileSource[]): OnnxCheckpoint {
  const model = decode(source);
  const { graph } = model;
  if (!graph) throw new UserError(`${source.name} holds no graph: export the model again.`);
  checkModel(model, source.name);
  const tensors = new TensorReader(source, opened);
  if (graph.sparseInitializer?.length)
    throw new UserError(`${source.name} holds sparse tensors, which are not read: export dense ones.`);
  const stored = new Map(
    (graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensors.read(tensor)]),
  );
  const nodes = (graph.node ?? []).map((node) => nodeOf(node, tensors));
  const settled = settle(model, { nodes, initializers: stored });
  return {
    format: 'onnx',
    name: basename(source.name).replace(/\.onnx$/i, ''),
    opset: standardOpset(model.opsetImport) ?? 1,
    nodes: settled.nodes,
    initializers: settled.initializers,
    inputs: (graph.input ?? []).filter(({ name }) => !stored.has(name ?? '')).map(inputOf),
    outputs: (graph.output ?? []).map(({ name }) => name ?? ''),
    outputShapes: new Map((graph.output ?? []).map((output) => [output.name ?? '', inputOf(output).shape])),
    functions: new Map((model.functions ?? []).map((body) => functionOf(body, tensors))),
    origins: settled.origins,
    told: settled.told,
    sources: sourcesIn(graph, settled),
    notes: [...notesOf(nodes, [...stored.values()]), ...settled.notes],
  };
}

function decode(source: FileSource): onnx.ModelProto.$Properties {
  if (source.size >= LARGEST_FILE)
    throw new UserError(
      `${source.name} is larger than 2 GiB, which no ONNX file is: store its tensors as external data.`,
    );
  const bytes = source.read(0, source.size);
  let size: number;
  try {
    size = decodedSize(bytes, LARGEST_STRUCTURE);
    if (size <= LARGEST_STRUCTURE) return onnx.ModelProto.decode(bytes);
  } catch {
    throw truncated(source.name);
  }
  throw new UserError(`${source.name} holds more nodes and names than any network has; it is not opened.`);
}

const standardOpset = (imports: onnx.ModelProto.$Properties['opsetImport']): number | undefined => {
  const standard = (imports ?? []).find(({ domain }) => !domain || domain === 'ai.onnx');
  return standard && toNumber(standard.version);
};

function inputOf({ name, type }: onnx.ValueInfoProto.$Properties): OnnxInput {
  const tensor = type?.tensorType;
  return {
    name: name ?? '',
    type: elementType(tensor?.elemType ?? 0) ?? 'float',
    shape: tensor?.shape
      ? (tensor.shape.dim ?? []).map(({ dimValue }) =>
          toNumber(dimValue) > 0 ? toNumber(dimValue) : undefined,
        )
      : undefined,
  };
}

function nodeOf(node: onnx.NodeProto.$Properties, tensors: TensorReader): OnnxNode {
  const outputs = node.output ?? [];
  const domain = node.domain ?? '';
  const paddingRow = paddingRowOf(node);
  return {
    name: node.name || outputs[0] || '',
    domain: domain === 'ai.onnx' ? '' : domain,
    operator: node.opType ?? '',
    overload: node.overload ?? '',
    inputs: node.input ?? [],
    outputs,
    attributes: attributesOf(node.attribute, tensors),
    ...(paddingRow === undefined ? {} : { paddingRow }),
  };
}

function functionOf(body: onnx.FunctionProto.$Properties, tensors: TensorReader): [string, OnnxFunction] {
  return [
    functionKey(body.domain ?? '', body.name ?? '', body.overload ?? ''),
    {
      inputs: body.input ?? [],
      outputs: body.output ?? [],
      defaults: attributesOf(body.attributeProto, tensors),
      nodes: (body.node ?? []).map((node) => nodeOf(node, tensors)),
      opset: standardOpset(body.opsetImport),
    },
  ];
}

function attributesOf(
  attributes: onnx.NodeProto.$Properties['attribute'],
  tensors: TensorReader,
): ReadonlyMap<string, OnnxAttribute> {
  return new Map(
    (attributes ?? []).map((attribute) => [attribute.name ?? '', valueOf(attribute, tensors)] as const),
  );
}

function valueOf(attribute: onnx.AttributeProto.$Properties, tensors: TensorReader): OnnxAttribute {
  if (attribute.refAttrName) return { reference: attribute.refAttrName };
  const text = (bytes: Uint8Array | null | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array());
  const kind = attribute.type || kindByField(attribute);
  switch (kind) {
    case AttributeType.FLOAT:
      return attribute.f ?? 0;
    case AttributeType.INT:
      return toNumber(attribute.i);
    case AttributeType.STRING:
      return text(attribute.s);
    case AttributeType.STRINGS:
      return (attribute.strings ?? []).map(text).join(',');
    case AttributeType.TENSOR:
      return attribute.t ? tensors.read(attribute.t) : { foreign: 'TENSOR' };
    case AttributeType.FLOATS:
      return attribute.floats ?? [];
    case AttributeType.INTS:
      return (attribute.ints ?? []).map(toNumber);
    default:
      return { foreign: AttributeType[kind] ?? `type ${kind}` };
  }
}

/** Files before version 2 of the format do not say what an attribute is; the field that is filled does. */
function kindByField(attribute: onnx.AttributeProto.$Properties): onnx.AttributeProto.AttributeType {
  const fields = [
    ['f', AttributeType.FLOAT],
    ['i', AttributeType.INT],
    ['s', AttributeType.STRING],
    ['t', AttributeType.TENSOR],
    ['floats', AttributeType.FLOATS],
    ['ints', AttributeType.INTS],
    ['strings', AttributeType.STRINGS],
  ] as const;
  // What a message does not hold, its prototype does.
  return fields.find(([field]) => Object.hasOwn(attribute, field))?.[1] ?? AttributeType.UNDEFINED;
}

/** The row that an embedding of PyTorch keeps for padding, which the exporter writes beside the node. */
function paddingRowOf({ opType, metadataProps }: onnx.NodeProto.$Properties): number | undefined {
  if (opType !== 'Gather') return undefined;
  const call = metadataProps?.find(({ key }) => key === 'pkg.torch.onnx.fx_node')?.value ?? '';
  const row = /aten\.embedding\.default\]\(args = \(%[^,()]+, %[^,()]+, (\d+)/.exec(call)?.[1];
  return row === undefined ? undefined : Number(row);
}

function notesOf(nodes: readonly OnnxNode[], tensors: readonly OnnxTensor[]): string[] {
  const halves = new Set(
    tensors.filter(({ stored }) => /FLOAT16/.test(stored)).map(({ stored }) => stored.toLowerCase()),
  );
  const trains = nodes.some(
    ({ operator, attributes }) => operator === 'BatchNormalization' && attributes.get('training_mode') === 1,
  );
  return [
    ...[...halves].map((type) => `The weights are stored as ${type} and computed with more digits here.`),
    ...(trains
      ? ['The graph was exported for training: it is measured as in evaluation, with running statistics.']
      : []),
  ];
}
