import { UserError } from '../../../core/errors';
import type { Hdf5Group } from '../../containers/hdf5';
import type { LayerDescription, ModelDescription } from './description';
import { adaptedWeight, freshFactors, loraRank } from './lora';
import { expectedVariables } from './variables';
import { fillModel, nameVariables } from './weights';

/** A place in the weights file of a `.keras` archive; undefined where the file has nothing for a layer. */
type Place = Hdf5Group | undefined;

/**
 * Fills in the weights of a Keras 3 `model.weights.h5`, where a layer's group is `layers/` and its class in snake case
 * with a counter (`conv2d`, `conv2d_1`: never its own name), children hang under their attribute, and the weights are
 * `vars/0`, `vars/1`...
 * @param isOwn whether the file and the model were saved together, so that the layers' names must agree
 */
export function fillFromKeras3(
  model: ModelDescription,
  root: Hdf5Group,
  file: string,
  isOwn = true,
): ModelDescription {
  const layers = (place: Place, part: ModelDescription) => {
    const groups = layerGroups(place, part);
    if (isOwn) part.layers.forEach((layer, index) => checkName(layer, groups[index], file));
    return groups;
  };
  return fillModel<Place>(model, root, { child: childGroup, layers }, (layer, place) => {
    return nameVariables(layer, ownTensors(layer, place, file), file);
  });
}

function childGroup(place: Place, layer: LayerDescription, key: string): Place {
  const [attribute, member] = childGroupName(layer, key).split('/');
  // Attention keeps its projections in private attributes with or without public names for them.
  const group = place?.group(attribute) ?? place?.group(`_${attribute}`);
  return member === undefined ? group : group?.group(member);
}

/** The name of a child's group below its layer's: the attribute, and for one of a list its name there (`cells/lstm_cell_1`). */
export function childGroupName(layer: LayerDescription, key: string): string {
  const [attribute, index] = key.split('/');
  if (index === undefined) return attribute;
  const siblings = Object.entries(layer.children).flatMap(([name, child]) =>
    name.startsWith(`${attribute}/`) ? [child] : [],
  );
  return `${attribute}/${groupNames(siblings)[Number(index)] ?? index}`;
}

function layerGroups(place: Place, model: ModelDescription): Place[] {
  const container = place?.group('layers') ?? place?.group('_layer_checkpoint_dependencies');
  return layerGroupNames(model).map((name) => (name === undefined ? undefined : container?.group(name)));
}

/** The names of the layers' groups, in the model's order; undefined for what is not counted among the layers. */
export function layerGroupNames(model: ModelDescription): (string | undefined)[] {
  // A Sequential model does not count its input layer among its layers.
  const counted = model.layers.map((layer) =>
    (model.kind === 'Sequential' && layer.className === 'InputLayer') || layer.className.startsWith('ops.')
      ? undefined
      : layer,
  );
  return groupNames(counted);
}

/** The groups' names for the members of a list: the first of a class bears its name, the next ones `_1`, `_2`... */
function groupNames(layers: readonly (LayerDescription | undefined)[]): (string | undefined)[] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    if (!layer) return undefined;
    const name = snakeCase(INTERNAL_NAMES.get(layer.className) ?? layer.className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}

/** Classes whose public name is not the one they have inside Keras. */
const INTERNAL_NAMES: ReadonlyMap<string, string> = new Map([
  ['GroupQueryAttention', 'GroupedQueryAttention'],
]);

/** Keras' own rule (`naming.to_snake_case`), so that PReLU is `p_re_lu` here too. */
function snakeCase(className: string): string {
  return className
    .replace(/^.*>/, '')
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** In files of recent versions a group knows its layer's name: with it, weights in the wrong place are noticed. */
function checkName(layer: LayerDescription, place: Place, file: string): void {
  const name = place?.group('vars')?.text('name');
  if (name !== undefined && name !== layer.name) {
    throw new UserError(
      `${file} is damaged: the weights of layer ${name} stand where those of ${layer.name} should.`,
    );
  }
}

function ownTensors(layer: LayerDescription, place: Place, file: string) {
  const vars = place?.group('vars');
  const count = vars?.names().length ?? 0;
  if (!vars || count === 0) {
    if (expectedVariables(layer.className, layer.config)?.length) {
      throw new UserError(
        `${file} holds no weights for layer ${layer.name} (${layer.className}): save the whole model again (Keras itself cannot save a layer that stands in two nested models).`,
      );
    }
    return [];
  }
  const own = Array.from({ length: count }, (_, index) => {
    const tensor = vars.numbers(String(index));
    if (!tensor)
      throw new UserError(`${file} is damaged: weight ${index} of layer ${layer.name} is missing.`);
    return tensor;
  });
  const adapted = adaptedWeight(layer.className, layer.config);
  return adapted === undefined ? own : [...own, ...freshFactors(adapted, own[0], loraRank(layer.config))];
}
