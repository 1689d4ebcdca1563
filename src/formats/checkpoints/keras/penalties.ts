import type { LayerPenalties, ModelTensor, WeightPenalty } from '../../../network/model';
import type { LayerDescription, StoredTensor } from './description';

const SUFFIX = '_regularizer';

/** Weights of layers that call theirs by a shorter name than their regularizer. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  recurrent: ['recurrent_kernel'],
  depthwise: ['depthwise_kernel', 'kernel'],
  pointwise: ['pointwise_kernel'],
};

/** Weights that a layer may be without, whatever its settings say of their penalty. */
const OPTIONAL: ReadonlySet<string> = new Set(['bias', 'gamma', 'beta']);

/**
 * The penalties that layers add to the loss in training, as `keras.regularizers` has them: l1 sum |w| + l2 sum w^2. What is
 * not a function of the weights alone (activities), or another than L1 and L2, is named instead. Frozen weights have none.
 *
 * @param tensors the model's, by what the file stores of them.
 */
export function penaltiesOf(
  layers: readonly LayerDescription[],
  tensors: ReadonlyMap<StoredTensor, ModelTensor>,
): LayerPenalties[] {
  // A cell states what the recurrent layer around it does.
  const penalized = new Set<string>();
  return layers.flatMap((layer) => {
    const weights: WeightPenalty[] = [];
    const others: string[] = layer.className === 'ActivityRegularization' ? ['its activities'] : [];
    for (const [key, value] of Object.entries(layer.config)) {
      if (!key.endsWith(SUFFIX) || value === null || value === undefined) continue;
      const what = key.slice(0, -SUFFIX.length);
      const strengths = strengthsOf(value);
      const found = weightsOf(layer, CALLED[what] ?? [what]).flatMap((stored) => tensors.get(stored) ?? []);
      if (what === 'activity') others.push('its activities');
      else if (!strengths) others.push(`its ${what}, ${classOf(value)}`);
      else if (found.length === 0 && !OPTIONAL.has(what)) others.push(`its ${what}`);
      else
        for (const { name, trainable } of found) {
          if (trainable && !penalized.has(name)) weights.push({ tensor: name, ...strengths });
          penalized.add(name);
        }
    }
    return weights.length + others.length > 0 ? [{ layer: layer.name, weights, others }] : [];
  });
}

/** A layer's weights of one of these names, those of the layers inside it (an attention's projections) included. */
function weightsOf(layer: LayerDescription, names: readonly string[]): StoredTensor[] {
  const own = layer.variables.filter(({ name }) => names.includes(name));
  return [...own, ...Object.values(layer.children).flatMap((child) => weightsOf(child, names))];
}

const classOf = (stored: unknown): string =>
  typeof stored === 'object' && stored !== null && 'class_name' in stored
    ? String(stored.class_name)
    : String(stored);

/** l1 and l2 of Keras' L1, L2 and L1L2, whose default is 0.01 where a class states only its name. */
function strengthsOf(stored: unknown): { l1: number; l2: number } | undefined {
  const name = classOf(stored);
  if (!/^(l1|l2|l1l2|l1_l2)$/i.test(name)) return undefined;
  const config = typeof stored === 'object' && stored !== null && 'config' in stored ? stored.config : {};
  const given = (config ?? {}) as Readonly<Record<string, unknown>>;
  const of = (key: 'l1' | 'l2') => {
    if (typeof given[key] === 'number') return given[key];
    return name.toLowerCase() === key ? 0.01 : 0;
  };
  return { l1: of('l1'), l2: of('l2') };
}
