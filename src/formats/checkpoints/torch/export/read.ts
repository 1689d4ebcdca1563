import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/errors';
import { LARGEST_JSON, readText } from '../../../containers/json';
import type { ByteSource } from '../../../containers/source';
import { type ZipArchive, openZip } from '../../../containers/zip';
import { scalarTypeName, torchType } from '../element-types';
import { sourcesOf } from '../code/sources';
import type { Argument, ExportedGraph, ExportedInput, ExportedTensor, TorchExport } from './description';
import {
  type InputSpec,
  type ModelJson,
  type TensorMeta,
  argumentOf,
  extentOf,
  graphOf,
  namesOf,
  readModelJson,
} from './model-json';
import { type Stored, StoredTensors, pickledTensors, rawTensors, recordsOf } from './stored-tensors';

/** The program itself as PyTorch wrote it before 2.8, in an archive without a folder. */
const OLDER = 'serialized_exported_program.json';

/** The record that tells an exported program from a zip of weights: `ROOT/archive_format`, ROOT being any name. */
const MARK = /^([^/]+)\/archive_format$/;

/** The folder inside the archive, if it is one of `torch.export`. */
const exportRoot = (names: Iterable<string>): string | undefined =>
  [...names].map((name) => MARK.exec(name)?.[1]).find((root) => root !== undefined);

/** Whether a zip archive is one of `torch.export`; one that is damaged is not. */
export function looksLikeTorchExport(source: ByteSource): boolean {
  try {
    const { entries } = openZip(source);
    return entries.has(OLDER) || exportRoot(entries.keys()) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Reads an archive of `torch.export.save`: the program's graph and its weights, which are raw bytes. Before PyTorch 2.8 they
 * were files of `torch.save`, of which nothing is called.
 * @throws UserError for what is damaged, of another version, compiled, or holds several programs.
 */
export function readTorchExport(source: ByteSource): TorchExport {
  const { program, stored } = openTorchExport(source);
  return describe(source, program, new StoredTensors(source, stored));
}

/** The program in an archive of `torch.export.save`, and its tensors unread. */
export interface ExportArchive {
  readonly program: ModelJson;
  readonly stored: Stored;
}

/**
 * Opens an archive of `torch.export.save`. Throws as {@link readTorchExport}.
 * @param unchecked whether the checksums of its numbers are left alone, which take reading all of them.
 */
export function openTorchExport(source: ByteSource, unchecked = false): ExportArchive {
  const archive = openZip(source);
  const open = { source, archive, unchecked };
  if (archive.entries.has(OLDER)) {
    const { program, constants } = readModelJson(
      readText(archive.open(OLDER, LARGEST_JSON)),
      `${source.name} (${OLDER})`,
    );
    return { program, stored: pickledTensors(open, constants) };
  }
  const root = exportRoot(archive.entries.keys()) ?? '';
  const [byteOrder] = recordsOf(archive, root, /^byteorder$/);
  if (byteOrder && readText(archive.open(byteOrder, LARGEST_JSON)).trim() === 'big')
    throw new UserError(
      `${source.name} was written on a big-endian machine: export it again on another one.`,
    );
  const models = recordsOf(archive, root, /^models\/[^/]+\.json$/);
  if (models.length !== 1) throw notOneProgram(source, archive, models);
  const { program } = readModelJson(
    readText(archive.open(models[0], LARGEST_JSON)),
    `${source.name} (${models[0]})`,
  );
  return { program, stored: rawTensors(open, root) };
}

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
    const read = stored.of(spec, (name) => module.graph.tensor_values[name]?.requires_grad ?? true);
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
    sources: sourcesIn(module.graph, graph, tensors),
    notes: [...notes, ...stored.notes()],
  };
}

/** What the program's nodes remember of the code that they come from. */
function sourcesIn(
  { nodes }: ModelJson['graph_module']['graph'],
  graph: ExportedGraph,
  tensors: ReadonlyMap<string, ExportedTensor>,
): TorchExport['sources'] {
  const placeholders = new Map<ExportedTensor, string[]>();
  for (const [placeholder, tensor] of tensors)
    placeholders.set(tensor, [...(placeholders.get(tensor) ?? []), placeholder]);
  return sourcesOf(
    graph.nodes.map(({ modules, inputs }, i) => ({
      modules,
      trace: nodes[i].metadata?.stack_trace ?? '',
      inputs: inputs.flatMap(([, argument]) => namesOf(argument)),
    })),
    [...placeholders].map(([{ name, names }, own]) => ({ name, names, placeholders: own })),
  );
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
