import { UserError } from '../../../core/errors';
import type { CallArgument, LayerCall, TensorReference } from './description';
import { callNode, historyTriple, kerasTensor, parseWith, record, type SerializedObject } from './serialized';

/** A layer's calls and, for the versions that count a nested model's calls from one, whether this file does. */
interface RawLayer {
  readonly name: string;
  readonly isFunctional: boolean;
  readonly nodes: readonly unknown[];
}

/** The wiring of one Functional model, calls counted from zero throughout. */
export interface Wiring {
  /** By the layers' positions. */
  readonly calls: readonly (readonly LayerCall[])[];
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
}

/**
 * Reads how the layers of a Functional model are connected, in Keras 3's form (`args` and `kwargs` with serialized
 * tensors) or Keras 2's and TensorFlow.js' (lists of name, call, output, keywords).
 *
 * A nested Functional model is born with a call of its own, on its own inputs: Keras 2 counts it in every reference to
 * such a model, Keras 3 in the references of `output_layers` only. It is not counted here.
 */
export function readWiring(
  {
    layers,
    names,
    isNested,
  }: {
    readonly layers: readonly SerializedObject[];
    readonly names: readonly string[];
    readonly isNested: readonly boolean[];
  },
  config: { input_layers?: unknown; output_layers?: unknown },
  file: string,
): Wiring {
  const raw = layers.map((layer, index): RawLayer => {
    return { name: names[index], isFunctional: isNested[index], nodes: layer.inbound_nodes ?? [] };
  });
  const isModern = raw.some(({ nodes }) => nodes.some((node) => !Array.isArray(node)));
  const read = isModern ? readModernCall : readLegacyCall;
  const calls = raw.map(({ nodes }) => nodes.map((node) => read(node, file)));
  const inputs = readReferences(config.input_layers, file);
  const outputs = readReferences(config.output_layers, file);
  const firstCalls = countedFromOne(raw, isModern ? [] : calls.flat(), outputs);
  const shift = (reference: TensorReference): TensorReference =>
    firstCalls.has(reference.layer) ? { ...reference, call: reference.call - 1 } : reference;
  const wiring: Wiring = {
    calls: isModern ? calls : calls.map((list) => list.map((call) => mapCall(call, shift))),
    inputs,
    outputs: outputs.map(shift),
  };
  checkReferences(raw, wiring, file);
  return wiring;
}

/** Nested models whose last call is referred to by a number one too high. */
function countedFromOne(
  raw: readonly RawLayer[],
  calls: readonly LayerCall[],
  outputs: readonly TensorReference[],
): ReadonlySet<string> {
  const highest = new Map<string, number>();
  for (const { layer, call } of [...calls.flatMap(tensorsOf), ...outputs]) {
    highest.set(layer, Math.max(highest.get(layer) ?? 0, call));
  }
  return new Set(
    raw.flatMap(({ name, isFunctional, nodes }) => {
      return isFunctional && nodes.length > 0 && highest.get(name) === nodes.length ? [name] : [];
    }),
  );
}

function readModernCall(node: unknown, file: string): LayerCall {
  const { args, kwargs } = parseWith(callNode, node, file);
  const keywords = Object.entries(kwargs ?? {}).map(
    ([name, value]) => [name, readModernArgument(value)] as const,
  );
  return { arguments: args.map(readModernArgument), keywords: Object.fromEntries(keywords) };
}

function readModernArgument(value: unknown): CallArgument {
  const tensor = kerasTensor.safeParse(value);
  if (tensor.success) return { kind: 'tensor', tensor: reference(tensor.data.config.keras_history) };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(readModernArgument) };
  const { class_name: className, config } = record(value);
  // A model that takes a dictionary is called on one.
  const items =
    className === undefined ? sortedEntries(record(value)).map(([, item]) => readModernArgument(item)) : [];
  if (items.some(holdsTensors)) return { kind: 'list', items };
  if (className === '__tuple__' && Array.isArray(record(value).items)) {
    return { kind: 'list', items: (record(value).items as unknown[]).map(readModernArgument) };
  }
  if (className === '__tuple__' && Array.isArray(config))
    return { kind: 'list', items: config.map(readModernArgument) };
  return { kind: 'value', value };
}

/** `[[layer, call, output, keywords], ...]`: the tensors are the first argument, alone or as a list. */
function readLegacyCall(node: unknown, file: string): LayerCall {
  const entries = Array.isArray(node) ? (isTriple(node) ? [node] : node) : [];
  const tensors = entries.map((entry): CallArgument => {
    const triple: unknown = Array.isArray(entry) ? entry.slice(0, 3) : entry;
    return { kind: 'tensor', tensor: reference(parseWith(historyTriple, triple, file)) };
  });
  const first = entries.find(Array.isArray);
  const keywords = Object.entries(record(first?.[3])).map(
    ([name, value]) => [name, readLegacyArgument(value)] as const,
  );
  return {
    arguments: tensors.length === 1 ? tensors : [{ kind: 'list', items: tensors }],
    keywords: Object.fromEntries(keywords),
  };
}

function readLegacyArgument(value: unknown): CallArgument {
  if (!Array.isArray(value)) return { kind: 'value', value };
  if (value[0] === '_CONSTANT_VALUE') return { kind: 'value', value: value[2] };
  const triple = historyTriple.safeParse(value.slice(0, 3));
  if (triple.success && value.length <= 4) return { kind: 'tensor', tensor: reference(triple.data) };
  if (value.some(Array.isArray)) return { kind: 'list', items: value.map(readLegacyArgument) };
  return { kind: 'value', value };
}

const holdsTensors = (argument: CallArgument): boolean =>
  argument.kind === 'tensor' || (argument.kind === 'list' && argument.items.some(holdsTensors));

const reference = ([layer, call, output]: readonly [string, number, number]): TensorReference => ({
  layer,
  call,
  output,
});

const isTriple = (value: unknown) => Array.isArray(value) && typeof value[0] === 'string';

const sortedEntries = (value: Readonly<Record<string, unknown>>) =>
  Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

/** One reference, a list of them or a record of them, flattened as Keras does it: a record in the order of its keys. */
function readReferences(value: unknown, file: string): TensorReference[] {
  if (isTriple(value)) return [reference(parseWith(historyTriple, value, file))];
  if (Array.isArray(value)) return value.flatMap((item) => readReferences(item, file));
  return sortedEntries(record(value)).flatMap(([key, item]) =>
    readReferences(item, file).map((each) => ({ key, ...each })),
  );
}

function tensorsOf(call: LayerCall): TensorReference[] {
  const flatten = (argument: CallArgument): TensorReference[] => {
    if (argument.kind === 'tensor') return [argument.tensor];
    return argument.kind === 'list' ? argument.items.flatMap(flatten) : [];
  };
  return [...call.arguments, ...Object.values(call.keywords)].flatMap(flatten);
}

function mapCall(call: LayerCall, map: (reference: TensorReference) => TensorReference): LayerCall {
  const visit = (argument: CallArgument): CallArgument => {
    if (argument.kind === 'tensor') return { kind: 'tensor', tensor: map(argument.tensor) };
    return argument.kind === 'list' ? { kind: 'list', items: argument.items.map(visit) } : argument;
  };
  const keywords = Object.entries(call.keywords).map(([name, value]) => [name, visit(value)] as const);
  return { arguments: call.arguments.map(visit), keywords: Object.fromEntries(keywords) };
}

/** Every reference must name a layer of this model and one of its calls; an input layer has one call, on nothing. */
function checkReferences(raw: readonly RawLayer[], { calls, inputs, outputs }: Wiring, file: string): void {
  const counts = new Map(raw.map(({ name }, index) => [name, Math.max(1, calls[index].length)]));
  for (const { layer, call } of [...calls.flat().flatMap(tensorsOf), ...inputs, ...outputs]) {
    const count = counts.get(layer);
    if (count === undefined)
      throw new UserError(`${file} is damaged: its model refers to a layer ${layer} that it does not have.`);
    if (call < 0 || call >= count) {
      throw new UserError(
        `${file} is damaged: its model refers to call ${call} of layer ${layer}, which has ${count}.`,
      );
    }
  }
  if (inputs.length === 0 || outputs.length === 0)
    throw new UserError(`${file} holds a model without inputs or outputs.`);
}
