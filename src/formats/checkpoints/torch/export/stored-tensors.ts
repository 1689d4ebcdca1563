import { UserError } from '../../../../core/errors';
import { LARGEST_JSON, readJson } from '../../../containers/json';
import { type ByteSource, memorySource } from '../../../containers/source';
import type { ZipArchive } from '../../../containers/zip';
import { scalarTypeName, torchType, unreadType } from '../element-types';
import { ClaimedNumbers, readStrided } from '../strided';
import type { PickleValue } from '../weights/pickle-values';
import { type TorchFile, openTorchFile } from '../weights/torch-file';
import { entriesOf, tensorOf } from '../weights/torch-objects';
import type { ExportedTensor } from './description';
import { type InputSpec, extentOf, parseProgram, storedTensors } from './model-json';

/** A tensor as it lies in an archive. */
export interface StoredTensor {
  /** Which storage it is in: tensors of one storage and place are one. */
  readonly storage: string;
  /** Its bytes; undefined where they are missing. */
  bytes(): ByteSource | undefined;
  /** PyTorch's name of the type. */
  readonly type: string;
  readonly shape: readonly (number | null)[];
  readonly strides: readonly (number | null)[];
  readonly offset: number | null;
  /** Whether training moves it; undefined where the archive does not say it of the tensor. */
  readonly learned: boolean | undefined;
}

/** Tensors by name; of those without numbers that are read what they are. */
export type Stored = ReadonlyMap<string, StoredTensor | { readonly refusal: string }>;

/** The records below a folder of an archive whose names there are such. */
export const recordsOf = ({ entries }: ZipArchive, root: string, pattern: RegExp): string[] =>
  [...entries.keys()].filter(
    (name) => name.startsWith(`${root}/`) && pattern.test(name.slice(root.length + 1)),
  );

const STRIDED = 7;

/** An archive as it is open. */
export interface OpenArchive {
  readonly source: ByteSource;
  readonly archive: ZipArchive;
  /** Whether the checksums of its numbers are left alone, which take reading all of them. */
  readonly unchecked: boolean;
}

/** Weights and constants that lie in the archive as raw storages beside a list of them. */
export function rawTensors({ source, archive, unchecked }: OpenArchive, root: string): Stored {
  const found = new Map<string, StoredTensor | { readonly refusal: string }>();
  for (const kind of ['weights', 'constants'] as const) {
    const [list] = recordsOf(archive, root, new RegExp(`^data/${kind}/model_${kind}_config\\.json$`));
    if (!list) continue;
    const { config } = parseProgram(storedTensors, readJson(archive.open(list, LARGEST_JSON)), source.name);
    for (const [name, { path_name, use_pickle, tensor_meta: meta }] of Object.entries(config)) {
      const record = `${root}/data/${kind}/${path_name}`;
      if (use_pickle || !meta)
        found.set(name, {
          refusal:
            'is an object of a class of its own (a quantized or distributed tensor), which is not read',
        });
      else if (meta.layout !== STRIDED) found.set(name, { refusal: 'is sparse, which is not supported' });
      else
        found.set(name, {
          storage: record,
          bytes: () => archive.open(record, undefined, unchecked),
          type: scalarTypeName(meta.dtype),
          shape: meta.sizes.map(extentOf),
          strides: meta.strides.map(extentOf),
          offset: extentOf(meta.storage_offset),
          learned: meta.requires_grad,
        });
    }
  }
  return found;
}

/** Before PyTorch 2.3 these said that they were JSON. */
const PICKLED = /^serialized_(state_dict|constants)\.(pt|json)$/;

/** Weights and constants of before PyTorch 2.8, in files of `torch.save` within the archive. */
export function pickledTensors(
  { source, archive, unchecked }: OpenArchive,
  constants: ReadonlyMap<string, Uint8Array>,
): Stored {
  const found = new Map<string, StoredTensor | { readonly refusal: string }>();
  const take = (record: string, file: TorchFile, [name, value]: readonly [PickleValue, PickleValue]) => {
    const tensor = tensorOf(value);
    if (typeof name !== 'string' || !tensor) return;
    if ('refusal' in tensor) found.set(name, tensor);
    else
      found.set(name, {
        ...tensor,
        storage: `${record} ${tensor.storage}`,
        bytes: () => file.storage(tensor.storage, unchecked),
      });
  };
  for (const record of [...archive.entries.keys()].filter((name) => PICKLED.test(name))) {
    const bytes = archive.open(record, undefined, unchecked);
    if (bytes.size === 0) continue;
    const file = openTorchFile(bytes);
    for (const entry of entriesOf(file.root) ?? []) take(record, file, entry);
  }
  for (const [name, bytes] of constants) {
    const file = openTorchFile(memorySource(`${source.name} (${name})`, bytes));
    take(`constant ${name}`, file, [name, file.root]);
  }
  return found;
}

/** A tensor that an input of the graph stands for. */
interface GivenTensor {
  readonly placeholder: string;
  readonly name: string;
  readonly kind: ExportedTensor['kind'];
}

/** The tensor of the archive that an input of the graph stands for, if it does. */
export function givenTensor(spec: InputSpec): GivenTensor | undefined {
  if ('parameter' in spec) {
    const { arg, parameter_name: name } = spec.parameter;
    return { placeholder: arg.name, name, kind: 'parameter' };
  }
  if ('buffer' in spec) {
    const { arg, buffer_name: name, persistent } = spec.buffer;
    return { placeholder: arg.name, name, kind: persistent === false ? 'constant' : 'buffer' };
  }
  if ('tensor_constant' in spec) {
    const { arg, tensor_constant_name: name } = spec.tensor_constant;
    return { placeholder: arg.name, name, kind: 'constant' };
  }
  return undefined;
}

/** Reads weights and constants, each storage once, however many names it has. */
export class StoredTensors {
  private readonly read = new Map<string, ExportedTensor & { readonly names: string[] }>();
  private readonly tied: string[] = [];
  private readonly storages = new Map<string, ByteSource | undefined>();
  private readonly claims: ClaimedNumbers;

  constructor(
    private readonly source: ByteSource,
    private readonly stored: Stored,
  ) {
    this.claims = new ClaimedNumbers(source.name);
  }

  /** The tensor that an input of the graph stands for, with that input's name. */
  of(
    spec: InputSpec,
    isLearned: (placeholder: string) => boolean,
  ): [placeholder: string, tensor: ExportedTensor] | undefined {
    const given = givenTensor(spec);
    if (given) {
      const { placeholder, name, kind } = given;
      return [placeholder, this.tensor(name, kind, kind === 'parameter' && isLearned(placeholder))];
    }
    if ('custom_obj' in spec)
      throw new UserError(
        `${this.source.name}: the program uses an object of its own ("${spec.custom_obj.arg.name}"), which is not supported.`,
      );
    return undefined;
  }

  private tensor(name: string, kind: ExportedTensor['kind'], isLearned: boolean): ExportedTensor {
    const stored = this.stored.get(name);
    const wrong = (what: string) => new UserError(`${this.source.name}: tensor "${name}" ${what}.`);
    if (!stored) throw wrong('is missing from the archive: export it again with torch.export.save');
    if ('refusal' in stored) throw wrong(stored.refusal);
    const type = torchType(stored.type);
    if (!type) throw wrong(unreadType(stored.type));
    const numbers = [...stored.shape, ...stored.strides, stored.offset];
    if (numbers.some((value) => value === null || !Number.isSafeInteger(value) || value < 0))
      throw wrong('has no fixed size');
    const [shape, strides] = [stored.shape, stored.strides] as number[][];
    const offset = stored.offset ?? 0;
    const key = [stored.storage, offset, shape.join('x'), strides.join('x'), kind].join(' ');
    const known = this.read.get(key);
    if (known) {
      known.names.push(name);
      this.tied.push(`"${name}" and "${known.name}"`);
      return known;
    }
    const bytes = this.storages.get(stored.storage) ?? stored.bytes();
    this.storages.set(stored.storage, bytes);
    if (!bytes) throw wrong('has no numbers in the archive: export it again with torch.export.save');
    const data = readStrided(bytes, { type, shape, strides, offset }, this.claims);
    const tensor = {
      name,
      names: [name],
      type: type.type,
      stored: type.name,
      shape,
      kind,
      learned: kind === 'parameter' && type.type === 'float' && (stored.learned ?? isLearned),
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
