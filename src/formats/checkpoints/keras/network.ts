import type { Node } from '../../../autodiff/graph';
import { ShapeError } from '../../../autodiff/shape';
import type { ModelTensor, TrainingPass } from '../../../network/model';
import { UserError } from '../../../core/errors';
import type {
  CallArgument,
  LayerCall,
  LayerDescription,
  ModelDescription,
  TensorReference,
} from './description';
import { layerConfig } from './layers/config';
import type { Argument, LayerFunction, LayerRow, LayerUse, Value } from './layers/row';
import { REFUSED_LAYERS, REFUSED_OPERATIONS, refusalOf } from './layers/refused';
import { knownLayers, knownOperations, rowOf } from './layers/table';
import { type Place, buildLayer } from './build-layer';
import { loraRank } from './lora';

/** What a network's pass needs besides its inputs. */
export interface Pass {
  read(tensor: ModelTensor): Node;
  /** Training mode, where given. */
  readonly training?: TrainingPass;
  /** Called with the outputs of every layer that is not itself a model. */
  visit?(path: string, className: string, outputs: readonly Node[]): void;
}

/** A Sequential or Functional model, ready to be written into a graph. */
export interface Network {
  run(inputs: readonly Value[], pass: Pass): Value[];
}

/** A call of a layer in a network, with the keys of what it reads and gives. */
interface Step {
  readonly call: LayerCall;
  readonly index: number;
  readonly layer: LayerDescription;
  readonly run: PlacedFunction;
}

/** A call with its tensors found. */
type Resolved = Pick<LayerUse, 'arguments' | 'keywords' | 'options'> & { readonly inputs: readonly Value[] };

type PlacedFunction = (call: Resolved, pass: Pass) => readonly Value[];

/** Builds every layer once; shared ones are then called several times. Throws a UserError that names the layer. */
export function buildNetwork(model: ModelDescription, place: Place): Network {
  const built = new Map(
    model.layers
      .filter((layer) => layer.className !== 'InputLayer')
      .map((layer) => [layer.name, placedFunction(layer, below(place, layer.name))] as const),
  );
  if (model.kind === 'Sequential') {
    const chain = [...built.values()];
    return {
      run: (inputs, pass) =>
        chain.reduce<Value[]>((values, run) => [...run(plainCall(values), pass)], [...inputs]),
    };
  }
  const steps = inOrder(model, built);
  return {
    run(inputs, pass) {
      const values = new Map(model.inputs.map((reference, i) => [keyOf(reference), inputs[i]]));
      for (const { call, index, layer, run } of steps)
        run(resolve(call, values), pass).forEach((value, output) =>
          values.set(keyOf({ layer: layer.name, call: index, output }), value),
        );
      return model.outputs.map((reference) => {
        const value = values.get(keyOf(reference));
        if (!value) throw new UserError(`the model's output "${reference.layer}" is not among its layers.`);
        return value;
      });
    },
  };
}

const plainCall = (inputs: readonly Value[]): Resolved => ({
  inputs,
  arguments: inputs.map((value): Argument => ({ kind: 'tensor', value })),
  keywords: new Map(),
  options: {},
});

const below = (place: Place, name: string): Place => ({
  ...place,
  path: place.path === '' ? name : `${place.path}/${name}`,
});

/** A model as one layer of another, without masks: inside a wrapper. */
export function nestedFunction({ model }: LayerDescription, place: Place): LayerFunction {
  const inner = buildNetwork(model!, place);
  return ({ inputs, read, training }) =>
    inner
      .run(
        inputs.map((node) => ({ node })),
        { read, training },
      )
      .map(({ node }) => node);
}

/** A layer's function, its errors turned into sentences that name it. */
function placedFunction(layer: LayerDescription, place: Place): PlacedFunction {
  if (layer.model) {
    const inner = buildNetwork(layer.model, place);
    return ({ inputs }, pass) => inner.run(inputs, pass);
  }
  const row = rowOf(layer.className);
  if (!row) throw unknownLayer(layer, place.path);
  const naming = <T>(make: () => T): T => {
    try {
      return make();
    } catch (error) {
      if (error instanceof UserError || error instanceof ShapeError)
        throw new UserError(`the layer "${place.path}" (${layer.className}) ${sentenceOf(error)}`);
      throw error;
    }
  };
  const run: LayerFunction = naming(() => buildLayer(layer, row, place));
  return (call, pass) => {
    const outputs = naming(() => {
      checkKeywords(row, call);
      if (pass.training) refuseTraining(layer);
      const { inputs, keywords } = call;
      if (inputs.length === 0 && keywords.size === 0) throw new ShapeError('is called without an input');
      const use: LayerUse = {
        ...call,
        inputs: inputs.map(({ node }) => node),
        // A mask given by keyword stands above those that tensors carry.
        masks: keywords.get('mask')?.map(({ node }) => node) ?? inputs.map(({ mask }) => mask),
        read: (tensor) => pass.read(tensor),
        training: pass.training,
      };
      const result = run(use);
      const nodes = Array.isArray(result) ? (result as readonly Node[]) : [result as Node];
      const masks = masksOf(row, use, layer, place.legacy);
      return nodes.map((node, i): Value => ({ node, mask: masks[i] }));
    });
    pass.visit?.(
      place.path,
      layer.className,
      outputs.map(({ node }) => node),
    );
    return outputs;
  };
}

function masksOf(
  { masks }: LayerRow,
  use: LayerUse,
  layer: LayerDescription,
  legacy: boolean,
): readonly (Node | undefined)[] {
  if (masks === 'kept') return use.masks.slice(0, 1);
  return masks ? masks(use, layerConfig(layer.config), legacy) : [];
}

/** Refuses to train what does something in training that is not known here, rather than leaving it out. */
function refuseTraining({ className, config }: LayerDescription): void {
  const inside = ['dropout', 'recurrent_dropout'].filter((key) => Number(config[key] ?? 0) > 0);
  if (/^(SimpleRNN|LSTM|GRU|RNN|ConvLSTM\dD|.*Cells?)$/.test(className) && inside.length > 0)
    throw new UserError(`has ${inside.join(' and ')}, which cannot be trained here: use Dropout layers`);
  if (className === 'SpectralNormalization')
    throw new UserError('divides its kernel by a running norm, which cannot be trained here');
  if (loraRank(config) > 0)
    throw new UserError(
      'has LoRA enabled (lora_rank), which Keras merges into its weights when it saves, so that it cannot be trained here',
    );
}

/** Refuses a call by keywords that a row does not read, rather than computing something else. */
function checkKeywords({ keywords: known = [] }: LayerRow, { keywords, options }: Resolved): void {
  const set = Object.keys(options).filter((name) => {
    const value = options[name];
    return value !== null && value !== undefined && value !== false;
  });
  const unknown = [...keywords.keys(), ...set].find(
    (name) => name !== 'mask' && !known.includes(name) && name !== 'inputs',
  );
  if (unknown === 'training') throw new UserError('is called as in training, which is not supported');
  if (unknown !== undefined) throw new UserError(`is called with ${unknown}, which is not supported`);
}

/** A UserError's clause follows the layer's name as it is; shapes that do not fit say so first. */
function sentenceOf(error: Error): string {
  const clause = error instanceof ShapeError ? `does not fit its input: ${error.message}` : error.message;
  return clause.endsWith('.') ? clause : `${clause}.`;
}

function unknownLayer({ className }: LayerDescription, path: string): UserError {
  const refusal = refusalOf(REFUSED_LAYERS, className);
  if (refusal) return new UserError(`the layer "${path}" is a ${className}, ${refusal}.`);
  const operation = className.replace(/^ops\./, '');
  const refused = className === operation ? undefined : refusalOf(REFUSED_OPERATIONS, operation);
  if (refused) return new UserError(`"${path}" is the operation ${operation} of keras.ops, ${refused}.`);
  if (className.startsWith('ops.'))
    return new UserError(
      `"${path}" is the operation ${operation} of keras.ops, which is not supported; supported are ${knownOperations().join(', ')}.`,
    );
  if (className.includes('>'))
    return new UserError(
      `the layer "${path}" is a custom layer (${className}), which is not supported: what it computes exists as Python code only.`,
    );
  return new UserError(
    `the layer "${path}" is of the class ${className}, which is not supported; supported are ${knownLayers().join(', ')}.`,
  );
}

const keyOf = ({ layer, call, output }: TensorReference): string => `${call}/${output}/${layer}`;

/** The calls of a Functional model, each after those that it reads. */
function inOrder(model: ModelDescription, built: ReadonlyMap<string, PlacedFunction>): Step[] {
  const layers = new Map(model.layers.map((layer) => [layer.name, layer] as const));
  const given = new Set(model.inputs.map((reference) => `${reference.call}/${reference.layer}`));
  const state = new Map<string, 'open' | 'done'>();
  const steps: Step[] = [];
  // Depth first with a stack of its own: a deep network must not exhaust the machine's.
  const stack = model.outputs.map((reference) => ({ reference, leave: false }));
  while (stack.length > 0) {
    const { reference, leave } = stack.pop()!;
    const id = `${reference.call}/${reference.layer}`;
    if (given.has(id) || state.get(id) === 'done') continue;
    const layer = layers.get(reference.layer);
    const call = layer?.calls[reference.call];
    const run = built.get(reference.layer);
    if (!layer || !call || !run)
      throw new UserError(
        `the model refers to a call of the layer "${reference.layer}" that the file does not describe.`,
      );
    if (leave) {
      state.set(id, 'done');
      steps.push({ call, index: reference.call, layer, run });
      continue;
    }
    if (state.get(id) === 'open')
      throw new UserError(`the layer "${reference.layer}" depends on its own output.`);
    state.set(id, 'open');
    stack.push({ reference, leave: true });
    for (const read of referencesOf(call)) stack.push({ reference: read, leave: false });
  }
  return steps;
}

/** The tensors that a call reads. */
export function referencesOf({ arguments: positional, keywords }: LayerCall): TensorReference[] {
  return [...positional, ...Object.values(keywords)].flatMap(tensorsOf);
}

function tensorsOf(argument: CallArgument): TensorReference[] {
  if (argument.kind === 'tensor') return [argument.tensor];
  return argument.kind === 'list' ? argument.items.flatMap(tensorsOf) : [];
}

function resolve(call: LayerCall, values: ReadonlyMap<string, Value>): Resolved {
  const resolved = (argument: CallArgument): Argument => {
    if (argument.kind === 'value') return argument;
    if (argument.kind === 'list') return { kind: 'list', items: argument.items.map(resolved) };
    const { tensor } = argument;
    const value = values.get(keyOf(tensor));
    if (!value) throw new UserError(`the layer "${tensor.layer}" has no output number ${tensor.output}.`);
    return { kind: 'tensor', value };
  };
  const keywords = new Map<string, readonly Value[]>();
  const options = new Map<string, unknown>();
  for (const [name, argument] of Object.entries(call.keywords)) {
    const given = valuesOf(resolved(argument));
    if (argument.kind === 'value') options.set(name, argument.value);
    else if (given.length > 0) keywords.set(name, given);
  }
  const positional = call.arguments.map(resolved);
  const inputs = positional.flatMap(valuesOf);
  const named = [...keywords].filter(([name]) => name !== 'mask').flatMap(([, given]) => given);
  return {
    inputs: inputs.length > 0 ? inputs : named,
    arguments: positional,
    keywords,
    options: Object.fromEntries(options),
  };
}

function valuesOf(argument: Argument): Value[] {
  if (argument.kind === 'tensor') return [argument.value];
  return argument.kind === 'list' ? argument.items.flatMap(valuesOf) : [];
}
