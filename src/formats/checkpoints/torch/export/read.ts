import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/errors';
import { readJson, readText } from '../../../containers/json';
import type { ByteSource } from '../../../containers/source';
import { type ZipArchive, openZip } from '../../../containers/zip';
import { scalarTypeName, torchType, unreadType } from '../element-types';
import { readStrided } from '../strided';
import type { Argument, ExportedInput, ExportedTensor, TorchExport } from './description';
import {
  type InputSpec,
  type ModelJson,
  type TensorMeta,
  argumentOf,
  extentOf,
  graphOf,
  parseProgram,
  readModelJson,
  storedTensors,
} from './model-json';

/** The record that tells an exported program from a zip of weights: `ROOT/archive_format`, ROOT being any name. */
const MARK = /^([^/]+)\/archive_format$/;

/** The folder inside the archive, if it is one of `torch.export`. */
const exportRoot = (names: Iterable<string>): string | undefined =>
  [...names].map((name) => MARK.exec(name)?.[1]).find((root) => root !== undefined);

/** Whether a zip archive is one of `torch.export`; one that is damaged is not. */
export function looksLikeTorchExport(source: ByteSource): boolean {
  try {
    return exportRoot(openZip(source).entries.keys()) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Reads an archive of `torch.export.save`: the program's graph and its weights, which are raw bytes. No pickle is read.
 * @throws UserError for what is damaged, of another version, compiled, or holds several programs.
 */
export function readTorchExport(source: ByteSource): TorchExport {
  const archive = openZip(source);
  const root = exportRoot(archive.entries.keys()) ?? '';
  const [byteOrder] = recordsOf(archive, root, /^byteorder$/);
  if (byteOrder && readText(archive.open(byteOrder)).trim() === 'big')
    throw new UserError(
      `${source.name} was written on a big-endian machine: export it again on another one.`,
    );
  const models = recordsOf(archive, root, /^models\/[^/]+\.json$/);
  if (models.length !== 1) throw notOneProgram(source, archive, models);
  const program = readModelJson(readText(archive.open(models[0])), `${source.name} (${models[0]})`);
  return describe(source, program, new StoredTensors(source, archive, root));
}

const recordsOf = ({ entries }: ZipArchive, root: string, pattern: RegExp): string[] =>
  [...entries.keys()].filter(
    (name) => name.startsWith(`${root}/`) && pattern.test(name.slice(root.length + 1)),
  );

function notOneProgram(source: ByteSource, { entries }: ZipArchive, models: readonly string[]): UserError {
  if (models.length > 1)
    return new UserError(
      `${source.name} holds ${models.length} programs (${models.map((name) => basename(name, '.json')).join(', ')}): save each in a file of its own.`,
    );
  const compiled = [...entries.keys()].some((name) => /aotinductor|\.so$|executorch/.test(name));
  return new UserError(
    compiled
      ? `${source.name} holds a compiled program without its graph: save the exported program itself, torch.export.save(torch.export.export(model, ...), "model.pt2").`
      : `${source.name} holds no program (models/model.json): export it again with torch.export.save.`,
  );
}

function describe(source: ByteSource, program: ModelJson, stored: StoredTensors): TorchExport {
  const { graph_module: module } = program;
  const graph = graphOf(module.graph, source.name);
  const inputs: ExportedInput[] = [];
  const tensors = new Map<string, ExportedTensor>();
  const notes: string[] = [];
  const names = [...(module.module_call_graph[0]?.signature?.forward_arg_names ?? [])];
  for (const spec of module.signature.input_specs) {
    const fixed = constantNote(spec);
    if (fixed) notes.push(fixed);
    const read = stored.of(spec);
    if (read) tensors.set(...read);
    if (!('user_input' in spec)) continue;
    const argument = argumentOf(spec.user_input.arg, source.name);
    if (argument.kind === 'tensor')
      inputs.push(inputOf(argument.name, module.graph.tensor_values[argument.name], names, source));
  }
  const outputs = outputsOf(module.signature.output_specs, module.module_call_graph[0]?.signature, source);
  return {
    format: 'torch-export',
    name: basename(source.name, extname(source.name)),
    torchVersion: program.torch_version ?? undefined,
    inTraining: graph.nodes.some(isInTraining),
    graph,
    inputs,
    tensors,
    outputs,
    notes: [...notes, ...stored.notes()],
  };
}

const isInTraining = ({ target, inputs }: TorchExport['graph']['nodes'][number]): boolean =>
  /^aten\.(batch_norm|dropout|dropout_)\./.test(target) &&
  inputs.some(
    ([name, argument]) =>
      (name === 'training' || name === 'train') && argument.kind === 'boolean' && argument.value,
  );

function constantNote(spec: InputSpec): string | undefined {
  if (!('constant_input' in spec)) return undefined;
  const { name, value } = spec.constant_input;
  const given = argumentOf(value, name);
  return given.kind === 'none' ? undefined : `"${name}" is ${textOf(given)}, as it was when exporting.`;
}

const textOf = (argument: Argument): string => ('value' in argument ? String(argument.value) : argument.kind);

function inputOf(
  placeholder: string,
  meta: TensorMeta | undefined,
  names: readonly string[],
  source: ByteSource,
): ExportedInput {
  const type = meta && torchType(scalarTypeName(meta.dtype));
  if (!type)
    throw new UserError(`${source.name}: the input "${placeholder}" has no type of numbers that is read.`);
  const name = names.find((each) => each === placeholder) ?? placeholder;
  return { name, placeholder, type: type.type, shape: meta.sizes.map(extentOf) };
}

/** What forward returned, by the keys of its dictionary where it returned one. */
function outputsOf(
  specs: ModelJson['graph_module']['signature']['output_specs'],
  signature: ModelJson['graph_module']['module_call_graph'][number]['signature'],
  source: ByteSource,
): TorchExport['outputs'] {
  const returned = specs.filter((spec) => 'user_output' in spec);
  const keys = keysOf(signature?.out_spec ?? '', returned.length);
  return returned.flatMap((spec, i) => {
    const { arg } = spec.user_output as { arg: unknown };
    const argument = argumentOf(arg, source.name);
    return argument.kind === 'tensor' ? [{ name: keys?.[i] ?? argument.name, value: argument.name }] : [];
  });
}

/** The keys of a flat dictionary, or of a dataclass of Hugging Face: a context that is a list of as many names. */
function keysOf(spec: string, count: number): readonly string[] | undefined {
  for (const [, list] of spec.matchAll(/"context": "(\[(?:[^"\\]|\\.)*\])"/g)) {
    const names = [...list.matchAll(/\\"((?:[^"\\])*)\\"/g)].map(([, name]) => name);
    if (names.length === count) return names;
  }
  return undefined;
}

/** Reads weights and constants, each storage once, however many names it has. */
class StoredTensors {
  private readonly config = new Map<string, StoredTensor>();
  private readonly read = new Map<string, ExportedTensor & { readonly names: string[] }>();
  private readonly tied: string[] = [];

  constructor(
    private readonly source: ByteSource,
    private readonly archive: ZipArchive,
    root: string,
  ) {
    for (const kind of ['weights', 'constants'] as const) {
      const [list] = recordsOf(archive, root, new RegExp(`^data/${kind}/model_${kind}_config\\.json$`));
      if (!list) continue;
      const { config } = parseProgram(storedTensors, readJson(archive.open(list)), source.name);
      for (const [name, { path_name, use_pickle, tensor_meta }] of Object.entries(config))
        this.config.set(name, {
          record: `${root}/data/${kind}/${path_name}`,
          pickled: use_pickle,
          meta: tensor_meta ?? undefined,
        });
    }
  }

  /** The tensor that an input of the graph stands for, with that input's name. */
  of(spec: InputSpec): [placeholder: string, tensor: ExportedTensor] | undefined {
    if ('parameter' in spec)
      return [spec.parameter.arg.name, this.tensor(spec.parameter.parameter_name, 'parameter')];
    if ('buffer' in spec) {
      const { arg, buffer_name: name, persistent } = spec.buffer;
      return [arg.name, this.tensor(name, persistent === false ? 'constant' : 'buffer')];
    }
    if ('tensor_constant' in spec) {
      const { arg, tensor_constant_name: name } = spec.tensor_constant;
      return [arg.name, this.tensor(name, 'constant')];
    }
    if ('custom_obj' in spec)
      throw new UserError(
        `${this.source.name}: the program uses an object of its own ("${spec.custom_obj.arg.name}"), which is not supported.`,
      );
    return undefined;
  }

  private tensor(name: string, kind: ExportedTensor['kind']): ExportedTensor {
    const stored = this.config.get(name);
    const wrong = (what: string) => new UserError(`${this.source.name}: tensor "${name}" ${what}.`);
    if (!stored) throw wrong('is missing from the archive: export it again with torch.export.save');
    const { meta, record, pickled } = stored;
    if (pickled || !meta)
      throw wrong(
        'is an object of a class of its own (a quantized or distributed tensor), which is not read',
      );
    const type = torchType(scalarTypeName(meta.dtype));
    if (!type) throw wrong(unreadType(scalarTypeName(meta.dtype)));
    if (meta.layout !== STRIDED) throw wrong('is sparse, which is not supported');
    const numbers = [...meta.sizes, ...meta.strides, meta.storage_offset].map(extentOf);
    if (numbers.some((value) => value === null || !Number.isSafeInteger(value) || value < 0))
      throw wrong('has no fixed size');
    const [shape, strides] = [meta.sizes, meta.strides].map((list) => list.map((each) => extentOf(each)!));
    const offset = extentOf(meta.storage_offset)!;
    const key = [record, offset, shape.join('x'), strides.join('x'), kind].join(' ');
    const known = this.read.get(key);
    if (known) {
      known.names.push(name);
      this.tied.push(`"${name}" and "${known.name}"`);
      return known;
    }
    const data = readStrided(this.archive.open(record), { type, shape, strides, offset });
    const tensor = {
      name,
      names: [name],
      type: type.type,
      stored: type.name,
      shape,
      kind,
      learned: kind === 'parameter' && type.type === 'float' && meta.requires_grad,
      data,
    };
    this.read.set(key, tensor);
    return tensor;
  }

  /** What a reader should know of the weights. */
  notes(): string[] {
    const parameters = [...this.read.values()].filter(({ kind }) => kind === 'parameter');
    const narrow = [...new Set(parameters.map(({ stored }) => stored))].filter((type) => type !== 'float32');
    return [
      ...(this.tied.length > 0 ? [`${this.tied.join(', ')} are one parameter, counted once.`] : []),
      ...(narrow.length > 0 ? [`Weights stored as ${narrow.join(', ')} are computed with in float32.`] : []),
    ];
  }
}

interface StoredTensor {
  readonly record: string;
  readonly pickled: boolean;
  readonly meta: TensorMeta | undefined;
}

const STRIDED = 7;
