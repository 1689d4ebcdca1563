import { z } from 'zod';
import { UserError } from '../../../../core/errors';

// What `torch/_export/serde/schema.py` of PyTorch 2.1 (version 1) and 2.2 (version 2) writes otherwise than later ones.

const names = z.record(z.string(), z.string());
const firstShape = z.object({
  graph_module: z.object({
    graph: z.object({
      inputs: z.array(z.unknown()),
      outputs: z.array(z.object({ as_tensor: z.object({ name: z.string() }) })),
      tensor_values: z.record(z.string(), z.record(z.string(), z.unknown())),
      constants: names.optional(),
    }),
    signature: z.object({
      inputs_to_parameters: names,
      inputs_to_buffers: names,
      user_inputs: z.array(z.string()),
      buffers_to_mutate: names,
    }),
  }),
});

/**
 * A program of version 1 or 2 as version 5 has it, changed in place. Nothing is checked of what both have alike.
 * @throws UserError where a signature of version 1 is none.
 */
export function upgraded(program: unknown, major: number, file: string): unknown {
  plainUnions(program);
  if (major > 1) return program;
  const read = firstShape.safeParse(program);
  if (!read.success)
    throw new UserError(`${file} is damaged: its inputs and outputs cannot be understood. Export it again.`);
  const { graph, signature } = read.data.graph_module;
  const { inputs_to_parameters: parameters, inputs_to_buffers: buffers } = signature;
  const constants = Object.keys(graph.constants ?? {});
  const mutated = new Map(Object.entries(signature.buffers_to_mutate));
  const named = (name: string) => ({ name });
  const whole = program as { graph_module: { graph: typeof graph; signature: unknown } };
  // Constants were referred to without being inputs.
  whole.graph_module.graph.inputs.push(...constants.map((name) => ({ as_tensor: named(name) })));
  // The values of parameters were traced as if none had a gradient.
  for (const [name, meta] of Object.entries(whole.graph_module.graph.tensor_values))
    if (Object.hasOwn(parameters, name)) meta.requires_grad = true;
  whole.graph_module.signature = {
    input_specs: [
      ...Object.entries(parameters).map(([name, parameter_name]) => ({
        parameter: { arg: named(name), parameter_name },
      })),
      ...Object.entries(buffers).map(([name, buffer_name]) => ({
        buffer: { arg: named(name), buffer_name },
      })),
      ...constants.map((name) => ({ tensor_constant: { arg: named(name), tensor_constant_name: name } })),
      ...signature.user_inputs.map((name) => ({ user_input: { arg: { as_tensor: named(name) } } })),
    ],
    output_specs: graph.outputs.map((arg) => {
      const buffer_name = mutated.get(arg.as_tensor.name);
      return buffer_name === undefined
        ? { user_output: { arg } }
        : { buffer_mutation: { arg: arg.as_tensor, buffer_name } };
    }),
  };
  return program;
}

/** Constants of a program of version 1, each a file of `torch.save`, by name. */
export function constantsOf(program: unknown): ReadonlyMap<string, Uint8Array> {
  const read = firstShape.safeParse(program);
  const found = read.success ? (read.data.graph_module.graph.constants ?? {}) : {};
  return new Map(Object.entries(found).map(([name, text]) => [name, Buffer.from(text, 'base64')]));
}

/**
 * Takes out the fields that a choice did not take, which were written as null, and what tensors are of one field too many;
 * offsets are numbers there, and names of tensors that may be missing stand alone.
 */
function plainUnions(program: unknown): void {
  const left: unknown[] = [program];
  while (left.length > 0) {
    const value = left.pop();
    if (Array.isArray(value)) for (const each of value) left.push(each);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const fields = value as Record<string, unknown>;
    for (const [name, field] of Object.entries(fields)) {
      if (field === null) delete fields[name];
      else fields[name] = CHANGED.get(name)?.(field) ?? field;
      left.push(fields[name]);
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What became of fields by these names; undefined where they are as they were. */
const CHANGED: ReadonlyMap<string, (field: unknown) => unknown> = new Map<
  string,
  (field: unknown) => unknown
>([
  ['storage_offset', (offset) => (typeof offset === 'number' ? { as_int: offset } : undefined)],
  [
    'tensor_values',
    (values) =>
      isObject(values)
        ? Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
              name,
              isObject(value) ? (value.meta ?? value) : value,
            ]),
          )
        : undefined,
  ],
  [
    'as_optional_tensors',
    (list) =>
      Array.isArray(list)
        ? list.map((each: unknown) =>
            isObject(each) && typeof each.as_tensor === 'string'
              ? { as_tensor: { name: each.as_tensor } }
              : each,
          )
        : undefined,
  ],
]);
