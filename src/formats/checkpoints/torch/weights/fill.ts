import { relative } from 'node:path';
import { UserError } from '../../../../core/errors';
import type { OnnxCheckpoint } from '../../onnx/description';
import type { ExportedTensor, TorchExport } from '../export/description';
import type { StoredWeight, StoredWeights } from './description';

/** A tensor that an architecture wants: its names (several where they are tied) and its shape. */
interface Wanted {
  readonly names: readonly string[];
  readonly shape: readonly number[];
}

/** What training wrappers put before every name, alone or one behind the other. */
const PREFIXES = ['module.', 'model.', 'net.', 'network.', 'student.', 'ema_model.'];

/** What of a file of weights stands for each tensor of an architecture. */
interface Match {
  readonly found: ReadonlyMap<Wanted, StoredWeight>;
  readonly notes: readonly string[];
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((extent, axis) => extent === b[axis]);

const text = (shape: readonly number[]): string => (shape.length > 0 ? shape.join(' x ') : 'one number');

/** The floats of a file by the names that they have without a compiler's mark. */
const named = ({ tensors }: StoredWeights): Map<string, StoredWeight> =>
  new Map(
    [...tensors].flatMap(([name, tensor]) =>
      tensor.type.type === 'float' ? [[name.replaceAll('_orig_mod.', ''), tensor] as const] : [],
    ),
  );

/** Names without each prefix that all of them have, one more taken off at a time; counters beside a module do not count. */
function variants(tensors: ReadonlyMap<string, StoredWeight>): Map<string, StoredWeight>[] {
  const found = [new Map(tensors)];
  for (;;) {
    const last = found[found.length - 1];
    const prefix = PREFIXES.find(
      (each) => [...last.keys()].filter((name) => name.startsWith(each)).length * 2 > last.size,
    );
    if (prefix === undefined) return found;
    found.push(
      new Map(
        [...last].map(([name, tensor]) => [
          name.startsWith(prefix) ? name.slice(prefix.length) : name,
          tensor,
        ]),
      ),
    );
  }
}

/** The floats of a file by name, and by the names without the prefixes of training wrappers. */
export const nameVariants = (weights: StoredWeights): Map<string, StoredWeight>[] => variants(named(weights));

/** The names of an architecture without a prefix that all have: it may be a wrapper around the network that was saved. */
function inner(wanted: readonly Wanted[]): readonly Wanted[] {
  const prefix = PREFIXES.find((each) =>
    wanted.every(({ names }) => names.every((name) => name.startsWith(each))),
  );
  if (prefix === undefined) return wanted;
  return wanted.map(({ names, shape }) => ({ names: names.map((name) => name.slice(prefix.length)), shape }));
}

/**
 * Finds each tensor of an architecture in a file of weights: by name, with or without the prefixes of training wrappers, else
 * by order where all shapes agree.
 * @throws UserError that names what does not fit.
 */
function match(
  wanted: readonly Wanted[],
  weights: StoredWeights,
  files: { weights: string; model: string },
): Match {
  const all = nameVariants(weights);
  let best: { found: Map<Wanted, StoredWeight>; names: ReadonlyMap<string, StoredWeight> } | undefined;
  for (const names of all)
    for (const list of [wanted, inner(wanted)]) {
      const found = new Map<Wanted, StoredWeight>();
      list.forEach((each, i) => {
        const tensor = each.names
          .map((name) => names.get(name))
          .find((hit) => hit && same(hit.shape, each.shape));
        if (tensor) found.set(wanted[i], tensor);
      });
      if (!best || found.size > best.found.size) best = { found, names };
    }
  if (best?.found.size === wanted.length) {
    checkTies(wanted, best.names, files.weights);
    return { found: best.found, notes: extras(wanted, best.names) };
  }
  const ordered = inOrder(wanted, [...all[0].values()]);
  if (ordered)
    return {
      found: ordered,
      notes: [
        `The weights' names are others than the architecture's in ${files.model}: they were matched by order and shape.`,
      ],
    };
  throw misfit(wanted, best!, weights.unread, files);
}

function inOrder(
  wanted: readonly Wanted[],
  tensors: readonly StoredWeight[],
): Map<Wanted, StoredWeight> | undefined {
  const fits =
    tensors.length === wanted.length && wanted.every(({ shape }, i) => same(shape, tensors[i].shape));
  return fits ? new Map(wanted.map((each, i) => [each, tensors[i]])) : undefined;
}

function misfit(
  wanted: readonly Wanted[],
  {
    found,
    names,
  }: { readonly found: ReadonlyMap<Wanted, StoredWeight>; readonly names: ReadonlyMap<string, StoredWeight> },
  unread: ReadonlyMap<string, string>,
  files: { readonly weights: string; readonly model: string },
): UserError {
  const refused = [...unread].find(([name]) => !found.has(wanted.find((each) => each.names.includes(name))!));
  if (refused)
    return new UserError(`${files.weights} cannot be measured: tensor "${refused[0]}" ${refused[1]}.`);
  const missing = wanted.filter((each) => !found.has(each));
  const [first] = missing;
  const there = first.names.map((name) => names.get(name)).find((tensor) => tensor !== undefined);
  const what = there
    ? `"${first.names[0]}" is ${text(there.shape)}, and the architecture's ${text(first.shape)}`
    : `it lacks "${first.names[0]}" (${text(first.shape)})`;
  const more = missing.length > 1 ? `, and ${missing.length - 1} more of ${wanted.length} do not fit` : '';
  return new UserError(
    `${files.weights} does not belong to the architecture in ${files.model}: ${what}${more}. Give the architecture that it was saved from by "model".`,
  );
}

/** Names that the architecture ties must hold one tensor. */
function checkTies(wanted: readonly Wanted[], names: ReadonlyMap<string, StoredWeight>, file: string): void {
  for (const { names: tied } of wanted) {
    const [first, ...others] = tied.flatMap((name) => names.get(name) ?? []);
    const other = others.find(({ data }) => data.some((value, i) => value !== first.data[i]));
    if (other)
      throw new UserError(
        `${file} holds different numbers for ${tied.map((name) => `"${name}"`).join(' and ')}, which the architecture has as one parameter: export the architecture again from the model that was saved.`,
      );
  }
}

function extras(wanted: readonly Wanted[], names: ReadonlyMap<string, StoredWeight>): string[] {
  const known = new Set(wanted.flatMap((each) => [...each.names, ...inner([each])[0].names]));
  const left = [...names.keys()].filter(
    (name) => !known.has(name) && !known.has(name.replace(/^[^.]*\./, '')),
  );
  return left.length > 0
    ? [
        `Not part of the architecture, and left out: ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}.`,
      ]
    : [];
}

/** A note on weights that are not computed with as they are stored. */
export function widened(weights: Iterable<StoredWeight>): string[] {
  const types = new Set([...weights].map(({ type }) => type.name));
  types.delete('float32');
  return types.size > 0 ? [`Weights stored as ${[...types].join(', ')} are computed with in float32.`] : [];
}

const fileName = (path: string): string => relative('', path) || path;

/** An exported program with the weights of another file. */
export function fillExport(
  program: TorchExport,
  weights: StoredWeights,
  paths: { weights: string; model: string },
): TorchExport {
  const own = [...new Set(program.tensors.values())];
  const floats = own.filter(({ kind, type }) => kind !== 'constant' && type === 'float');
  const wanted = floats.map(({ names, shape }) => ({ names, shape }));
  const { found, notes } = match(wanted, weights, {
    weights: fileName(paths.weights),
    model: fileName(paths.model),
  });
  const filled = new Map<ExportedTensor, ExportedTensor>();
  // Parameters that were saved as such say whether training moved them; where none says so, nothing is told by it.
  const saysFrozen = floats.some(({ learned }, i) => learned && found.get(wanted[i])!.learned === true);
  floats.forEach((tensor, i) => {
    const { data, type, learned } = found.get(wanted[i])!;
    const moves = tensor.learned && !(saysFrozen && learned === false);
    filled.set(tensor, { ...tensor, learned: moves, data, stored: type.name });
  });
  return {
    ...program,
    name: weights.name,
    tensors: new Map([...program.tensors].map(([name, tensor]) => [name, filled.get(tensor) ?? tensor])),
    notes: [...program.notes, ...weights.notes, ...notes, ...widened(found.values())],
  };
}

/** An ONNX graph with the weights of another file, by their names: only an export that keeps PyTorch's names has them. */
export function fillOnnx(
  checkpoint: OnnxCheckpoint,
  weights: StoredWeights,
  paths: { weights: string; model: string },
): OnnxCheckpoint {
  const floats = [...checkpoint.initializers.values()].filter(({ type }) => type === 'float');
  const all = nameVariants(weights);
  const hits = (names: ReadonlyMap<string, StoredWeight>) =>
    floats.filter(({ name }) => names.has(name)).length;
  const names = all.reduce((best, next) => (hits(next) > hits(best) ? next : best));
  const wanted = floats
    .filter(({ name }) => names.has(name))
    .map(({ name, shape }) => ({ names: [name], shape }));
  const lost = [...names.keys()].filter((name) => !checkpoint.initializers.has(name));
  if (wanted.length === 0 || lost.length > 0)
    throw new UserError(
      `${fileName(paths.model)} does not hold ${lost
        .slice(0, 3)
        .map((name) => `"${name}"`)
        .join(
          ', ',
        )} of ${fileName(paths.weights)} under that name: export the architecture with torch.export, or with torch.onnx.export(..., dynamo=True, optimize=False).`,
    );
  const { found, notes } = match(
    wanted,
    { ...weights, tensors: names },
    {
      weights: fileName(paths.weights),
      model: fileName(paths.model),
    },
  );
  const byName = new Map(wanted.map((each) => [each.names[0], found.get(each)!]));
  return {
    ...checkpoint,
    name: weights.name,
    initializers: new Map(
      [...checkpoint.initializers].map(([name, tensor]) => {
        const stored = byName.get(name);
        return [name, stored ? { ...tensor, data: stored.data } : tensor];
      }),
    ),
    notes: [...checkpoint.notes, ...weights.notes, ...notes, ...widened(found.values())],
  };
}
