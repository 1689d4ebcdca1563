import type { ModelTensor } from '../../../network/model';
import { UserError } from '../../../core/errors';
import type { LayerDescription, StoredTensor } from './description';
import { layerConfig } from './layers/config';
import type { LayerFunction, LayerRow, LayerSource } from './layers/row';
import { rowOf } from './layers/table';

/** Where a layer stands: its path in the model, and what holds for all below it. */
export interface Place {
  /** Names from the outermost model down, joined by `/`. */
  readonly path: string;
  readonly legacy: boolean;
  /** Tensors of the model by what the file stores: a layer that stands in two nested models has one set. */
  readonly tensors: Map<StoredTensor, ModelTensor>;
  /** Builds a layer that is itself a model. */
  nested(layer: LayerDescription, place: Place): LayerFunction;
}

/** Weights that do nothing in inference mode: random states and counters. */
const IDLE = /^(seed_generator_state|seed_generator|count|iterations|vector_u|sn_u)$/;

/**
 * Builds a layer by its row of the table: its weights become tensors of the model, in Keras' order. Throws a UserError,
 * to be read after the layer's name, when settings or weights are not understood; nothing is skipped.
 */
export function buildLayer(description: LayerDescription, row: LayerRow, place: Place): LayerFunction {
  const { source, leftOver } = sourceOf(description, description, place, place.path);
  const run = row.build(source);
  const unknown = leftOver();
  if (unknown.length > 0) throw new UserError(`has weights that are not understood: ${unknown.join(', ')}`);
  return run;
}

/** The weights of a layer, or of a part of one, as its row asks for them, and the names of those that it did not ask for. */
function storedWeights(
  { variables, trainable }: LayerDescription,
  owner: LayerDescription,
  place: Place,
  prefix: string,
): { access: Pick<LayerSource, 'hasWeight' | 'weight' | 'skip'>; unused: () => string[] } {
  const unused = new Set(variables);
  const find = (names: readonly string[]): StoredTensor | undefined =>
    variables.find((variable) => unused.has(variable) && names.includes(variable.name)) ??
    // Files that number their weights keep them in the order in which rows ask.
    [...unused].find((variable) => /^\d+$/.test(variable.name));
  const access: Pick<LayerSource, 'hasWeight' | 'weight' | 'skip'> = {
    hasWeight: (name) => find([name]) !== undefined,
    weight(name, role, filterAxis, frozen = false) {
      const names = typeof name === 'string' ? [name] : name;
      const stored = find(names);
      if (!stored) throw new UserError(`has no weight "${names[0]}" in the file`);
      unused.delete(stored);
      const tensor: ModelTensor = place.tensors.get(stored) ?? {
        name: `${prefix}/${/^\d+$/.test(stored.name) ? names[0] : stored.name}`,
        layer: place.path,
        shape: stored.shape,
        role,
        trainable: trainable && owner.trainable && role !== 'statistic' && !frozen,
        filterAxis,
        data: stored.data,
      };
      place.tensors.set(stored, tensor);
      return tensor;
    },
    skip(name) {
      const stored = find([name]);
      if (stored) unused.delete(stored);
    },
  };
  return { access, unused: () => [...unused].map(({ name }) => name) };
}

/** A layer, or a part of one, as its row sees it; `owner` is the layer that tables name. */
function sourceOf(
  description: LayerDescription,
  owner: LayerDescription,
  place: Place,
  prefix: string,
): { source: LayerSource; leftOver: () => string[] } {
  const weights = storedWeights(description, owner, place, prefix);
  const children = new Set(Object.keys(description.children));
  const leftOvers: (() => string[])[] = [];
  const isLayer = description === owner;

  const source: LayerSource = {
    className: description.className,
    name: description.name,
    parts: Object.keys(description.children),
    config: layerConfig(description.config),
    legacy: place.legacy,
    frozen: !owner.trainable,
    ...weights.access,
    part(key, label = description.children[key]?.name) {
      const child = description.children[key];
      // Older files keep a part's weights with the layer's own.
      if (!child) return source;
      children.delete(key);
      const part = sourceOf(child, owner, place, `${prefix}/${label}`);
      leftOvers.push(part.leftOver);
      return part.source;
    },
    wrapped(key, overruled) {
      const stored = description.children[key];
      const child = stored && { ...stored, config: { ...stored.config, ...overruled } };
      if (!isLayer || !child) throw new UserError(`has no wrapped layer "${key}" in the file`);
      children.delete(key);
      const inside: Place = { ...place, path: `${prefix}/${child.name}` };
      if (child.model) return { run: place.nested(child, inside), config: layerConfig(child.config) };
      const row = rowOf(child.className);
      if (!row) throw new UserError(`wraps a ${child.className}, which is not supported here`);
      const run = buildLayer(child, row, inside);
      return { run, config: layerConfig(child.config) };
    },
  };
  const leftOver = () => [
    ...weights.unused().filter((name) => !IDLE.test(name)),
    ...[...children].filter((key) => hasWeights(description.children[key])),
    ...leftOvers.flatMap((of) => of()),
  ];
  return { source, leftOver };
}

function hasWeights(description: LayerDescription): boolean {
  return (
    description.variables.some((variable) => !IDLE.test(variable.name)) ||
    Object.values(description.children).some(hasWeights)
  );
}
