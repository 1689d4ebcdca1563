import { z } from 'zod';
import { UserError } from '../../../../core/errors';
import { parseJson } from '../../../containers/json';
import { scalarTypeName } from '../element-types';
import type { Argument, ExportedGraph, ExportedModule, ExportedNode } from './description';
import { constantsOf, upgraded } from './older-model-json';

// `models/model.json` as `torch/_export/serde/schema.py` (major versions 1, 2 and 5 to 8) defines it; fields that are not named are not read.

/** Python writes infinities and NaN as bare words, or as text. */
const number = z.union([
  z.number(),
  z.enum(['Infinity', '-Infinity', 'NaN']).transform((word) => Number(word)),
]);
const named = z.object({ name: z.string() });
const size = z.union([z.object({ as_int: z.number() }), z.object({ as_expr: z.unknown() })]);
const tensorMeta = z.object({
  dtype: z.number(),
  sizes: z.array(size),
  requires_grad: z.boolean(),
  strides: z.array(size),
  storage_offset: size,
  layout: z.number(),
});

const graphShape = z.object({
  inputs: z.array(z.unknown()),
  outputs: z.array(z.unknown()),
  nodes: z.array(
    z.object({
      target: z.string(),
      inputs: z.array(z.object({ name: z.string(), arg: z.unknown() })),
      outputs: z.array(z.unknown()),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  ),
  tensor_values: z.record(z.string(), tensorMeta),
});

const inputSpec = z.union([
  z.object({ parameter: z.object({ arg: named, parameter_name: z.string() }) }),
  z.object({ buffer: z.object({ arg: named, buffer_name: z.string(), persistent: z.boolean().nullish() }) }),
  z.object({ tensor_constant: z.object({ arg: named, tensor_constant_name: z.string() }) }),
  z.object({ user_input: z.object({ arg: z.record(z.string(), z.unknown()) }) }),
  z.object({ constant_input: z.object({ name: z.string(), value: z.unknown() }) }),
  z.object({ custom_obj: z.object({ arg: named }) }),
  z.object({ token: z.unknown() }),
]);

/** Up to PyTorch 2.2 a number. */
const schemaVersion = z.union([
  z.object({ major: z.number(), minor: z.number().nullish() }),
  z.number().transform((major) => ({ major, minor: 0 })),
]);

const modelShape = z.object({
  graph_module: z.object({
    graph: graphShape,
    signature: z.object({
      input_specs: z.array(inputSpec),
      output_specs: z.array(z.record(z.string(), z.unknown())),
    }),
    module_call_graph: z.array(
      z.object({
        signature: z
          .object({ out_spec: z.string().nullish(), forward_arg_names: z.array(z.string()).nullish() })
          .nullish(),
      }),
    ),
  }),
  schema_version: schemaVersion,
  torch_version: z.string().nullish(),
  opset_version: z.record(z.string(), z.number()).nullish().catch(undefined),
});

/** A weight as the archive's lists of weights and constants describe it. */
export const storedTensors = z.object({
  config: z.record(
    z.string(),
    z.object({
      path_name: z.string(),
      is_param: z.boolean(),
      use_pickle: z.boolean(),
      tensor_meta: tensorMeta.nullish(),
    }),
  ),
});

export type ModelJson = z.infer<typeof modelShape>;
export type TensorMeta = z.infer<typeof tensorMeta>;
export type InputSpec = z.infer<typeof inputSpec>;

/** The versions of the schema that a PyTorch was released with, from 2.1 on. */
const VERSIONS = [1, 2, 5, 6, 7, 8];
const [NEWEST] = VERSIONS.slice(-1);
/** Up to here they are made anew as the next. */
const LAST_OTHER = 2;

const versioned = z.object({ schema_version: schemaVersion });

/** The description of a program, with the constants that stand in it: none but in files of PyTorch 2.1. */
export interface ReadProgram {
  readonly program: ModelJson;
  /** By name, each a file of `torch.save`. */
  readonly constants: ReadonlyMap<string, Uint8Array>;
}

/**
 * The description of a program, checked against the schema.
 * @throws UserError for JSON that is damaged or of another version.
 */
export function readModelJson(text: string, file: string): ReadProgram {
  const value = parseJson(quotedWords(text), file);
  const version = versioned.safeParse(value);
  const major = version.success ? version.data.schema_version.major : NEWEST;
  if (!VERSIONS.includes(major))
    throw new UserError(
      `${file} is written in version ${major} of torch.export's schema, and only versions ${VERSIONS.slice(0, -1).join(', ')} and ${NEWEST} are read: export it again with ${major < NEWEST ? 'a released PyTorch from 2.1 on' : 'an older PyTorch (2.15 is known)'}.`,
    );
  if (major > LAST_OTHER) return { program: parseProgram(modelShape, value, file), constants: new Map() };
  const constants = constantsOf(value);
  return { program: parseProgram(modelShape, upgraded(value, major, file), file), constants };
}

/** Parses with one sentence in place of a list of issues. */
export function parseProgram<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  file: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new UserError(
    `${file} is damaged, or written by a version with other habits: ${path.join('.') || 'it'} cannot be understood (${message}).`,
  );
}

const WORDS = /-?Infinity|NaN/g;

/**
 * JSON in which the bare words that Python writes for infinities and NaN are strings. What stands in quotes is passed over
 * by hand: a pattern for it remembers every character, and long texts have too many.
 */
function quotedWords(text: string): string {
  if (!/[\s:[,]-?(?:Infinity|NaN)\b/.test(text)) return text;
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const open = text.indexOf('"', at);
    const bare = text.slice(at, open < 0 ? text.length : open);
    parts.push(bare.replace(WORDS, (word) => `"${word}"`));
    if (open < 0) break;
    at = endOfString(text, open);
    parts.push(text.slice(open, at));
  }
  return parts.join('');
}

/** Behind the quotation mark that ends what begins with one. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '"') return at + 1;
    if (character === '\\') at++;
  }
  return text.length;
}

/** An extent or a stride; null for one that the program leaves open. */
export const extentOf = (value: z.infer<typeof size>): number | null =>
  'as_int' in value ? value.as_int : null;

/** The nodes of a graph with their arguments told apart. */
export function graphOf(graph: z.infer<typeof graphShape>, file: string): ExportedGraph {
  const argument = (value: unknown) => argumentOf(value, file);
  const inputs = graph.inputs.map(argument);
  const nodes = graph.nodes.map(({ target, inputs: given, outputs, metadata }): ExportedNode => ({
    name: nameOfOutput(outputs.map(argument)) ?? target,
    target: target.replace(/^torch\.ops\./, ''),
    inputs: given.map(({ name, arg }) => [name, argument(arg)] as const),
    outputs: outputs.map(argument),
    modules: modulesOf(metadata?.nn_module_stack ?? ''),
  }));
  checkNames([...inputs, ...nodes.flatMap(({ outputs }) => outputs)], file);
  return {
    inputs,
    outputs: graph.outputs.map(argument),
    nodes,
    shapes: new Map(
      Object.entries(graph.tensor_values).map(([name, { sizes }]) => [name, sizes.map(extentOf)]),
    ),
  };
}

/** Every name of a graph stands for one thing: of two, readers could take either. */
function checkNames(made: readonly Argument[], file: string): void {
  const seen = new Set<string>();
  for (const name of made.flatMap(namesOf)) {
    if (seen.has(name))
      throw new UserError(`${file} is damaged: "${name}" is made twice in its graph. Export it again.`);
    if (name !== '') seen.add(name);
  }
}

/** The names that an output or an input binds. */
export function namesOf(argument: Argument): string[] {
  if (argument.kind === 'tensor' || argument.kind === 'symbol') return [argument.name];
  return argument.kind === 'tensors' ? argument.names.map((name) => name ?? '') : [];
}

const nameOfOutput = ([first]: readonly Argument[]): string | undefined =>
  first && 'name' in first ? first.name : undefined;

const reference = z.union([
  z.object({ as_name: z.string() }),
  z.object({ as_int: z.number() }),
  z.object({ as_float: number }),
  z.object({ as_bool: z.boolean() }),
]);
const optionalTensor = z.union([z.object({ as_tensor: named }), z.object({ as_none: z.unknown() })]);

/** How each kind of argument is read. */
const ARGUMENTS: Readonly<Record<string, (value: unknown, file: string) => Argument>> = {
  as_tensor: (value, file) => ({ kind: 'tensor', name: parseProgram(named, value, file).name }),
  as_tensors: (value, file) => ({
    kind: 'tensors',
    names: parseProgram(z.array(named), value, file).map(({ name }) => name),
  }),
  as_optional_tensor: (value, file) => {
    const found = parseProgram(optionalTensor, value, file);
    return 'as_tensor' in found ? { kind: 'tensor', name: found.as_tensor.name } : { kind: 'none' };
  },
  as_optional_tensors: (value, file) => ({
    kind: 'tensors',
    names: parseProgram(z.array(optionalTensor), value, file).map((each) =>
      'as_tensor' in each ? each.as_tensor.name : undefined,
    ),
  }),
  as_nested_tensors: () => ({ kind: 'none' }),
  as_int: (value, file) => ({ kind: 'number', value: parseProgram(z.number(), value, file) }),
  as_float: (value, file) => ({ kind: 'number', value: parseProgram(number, value, file) }),
  as_bool: (value, file) => ({ kind: 'boolean', value: parseProgram(z.boolean(), value, file) }),
  as_string: (value, file) => ({ kind: 'text', value: parseProgram(z.string(), value, file) }),
  as_ints: (value, file) => ({ kind: 'numbers', values: parseProgram(z.array(z.number()), value, file) }),
  as_floats: (value, file) => ({ kind: 'numbers', values: parseProgram(z.array(number), value, file) }),
  as_bools: (value, file) => ({
    kind: 'numbers',
    values: parseProgram(z.array(z.boolean()), value, file).map(Number),
  }),
  as_sym_int: symbolOrNumber,
  as_sym_float: symbolOrNumber,
  as_sym_bool: symbolOrNumber,
  as_sym_ints: symbolsOrNumbers,
  as_sym_floats: symbolsOrNumbers,
  as_scalar_type: (value, file) => ({
    kind: 'type',
    name: scalarTypeName(parseProgram(z.number(), value, file)),
  }),
  as_graph: (value, file) => ({
    kind: 'graph',
    graph: graphOf(parseProgram(z.object({ graph: graphShape }), value, file).graph, file),
  }),
};

function symbolOrNumber(value: unknown, file: string): Argument {
  const found = parseProgram(reference, value, file);
  if ('as_name' in found) return { kind: 'symbol', name: found.as_name };
  return { kind: 'number', value: Number(Object.values(found)[0]) };
}

function symbolsOrNumbers(value: unknown, file: string): Argument {
  return {
    kind: 'numbers',
    values: parseProgram(z.array(reference), value, file).map((each) =>
      'as_name' in each ? { symbol: each.as_name } : Number(Object.values(each)[0]),
    ),
  };
}

/** One argument as the file has it: `{"as_tensor": {"name": "x"}}`. Devices, layouts and the like say nothing to us. */
export function argumentOf(value: unknown, file: string): Argument {
  const [kind, content] = Object.entries(parseProgram(z.record(z.string(), z.unknown()), value, file))[0] ?? [
    'as_none',
    null,
  ];
  return Object.hasOwn(ARGUMENTS, kind) ? ARGUMENTS[kind](content, file) : { kind: 'none' };
}

/** `key,path,class;key,path,class`, the outermost first; the root has no path. */
function modulesOf(stack: string): ExportedModule[] {
  return stack.split(';').flatMap((entry) => {
    const [key, path, className] = entry.split(',');
    return className === undefined || key.startsWith('_empty') ? [] : [{ path, className }];
  });
}
