import type { OnnxNode, OnnxTensor, TensorOrigin } from '../description';
import { type Settled, type Unsettled, listed } from './settled';

// Files by tf2onnx, which Keras exports with too: variables keep the name of the operation that read them.

const VARIABLE = /ReadVariableOp/;
/** Made by the converter, of variables or of constants. */
const CONVERTED = /^(const_fold_opt|[WRB]\d+_+\d+)|_fused_bn/;

/** Variables are parameters, and what the converter made of some is told by its use; all else is a constant. */
export function settleTensorFlow({ nodes, initializers }: Unsettled): Settled {
  const floats = [...initializers.values()].filter(({ type }) => type === 'float');
  const says = floats.some(({ name }) => VARIABLE.test(name));
  const originOf = (name: string): TensorOrigin | undefined => {
    if (!says || CONVERTED.test(name)) return undefined;
    return VARIABLE.test(name) ? 'state' : 'constant';
  };
  const folded = floats.filter(({ name }) => name.endsWith('_weights_fused_bn')).map(({ name }) => name);
  return {
    nodes,
    initializers,
    told: false,
    origins: new Map(
      floats.flatMap(({ name }): [string, TensorOrigin][] => {
        const origin = originOf(name);
        return origin ? [[name, origin]] : [];
      }),
    ),
    notes:
      folded.length > 0
        ? [
            `The converter folded batch normalization into the weights before it (${listed(folded, 4)}), so that the parameters, and their curvature, are other ones than those trained; the .keras or .h5 file has them whole.`,
          ]
        : [],
  };
}

/**
 * Recurrent layers of Keras with one bias have zeros for the second one in the file: those are no parameters.
 * A layer whose biases are all zero and that has two of them by its kind (GRU that resets after the product) keeps both.
 */
export function singleBiases({ nodes, initializers }: Unsettled): Omit<Settled, 'told'> {
  const own = new Map(initializers);
  const found: string[] = [];
  const after = nodes.flatMap((node): OnnxNode[] => {
    const bias = /^(LSTM|GRU|RNN)$/.test(node.operator) ? own.get(node.inputs[3]) : undefined;
    const uses = nodes.filter(({ inputs }) => inputs.includes(node.inputs[3])).length;
    if (bias?.type !== 'float' || bias.shape.length !== 2 || uses > 1 || !hasSingle(bias, node))
      return [node];
    const { first, rest } = halves(bias);
    own.set(first.name, first);
    own.set(rest.name, rest);
    found.push(bias.name);
    const both = `${bias.name} (both)`;
    const join: OnnxNode = {
      name: both,
      domain: '',
      operator: 'Concat',
      overload: '',
      inputs: [first.name, rest.name],
      outputs: [both],
      attributes: new Map([['axis', 1]]),
    };
    return [join, { ...node, inputs: node.inputs.map((name, i) => (i === 3 ? both : name)) }];
  });
  const notes =
    found.length > 0
      ? [
          `The second biases of recurrent layers are zeros, as where a layer has one: they are held fixed (${listed(found, 4)}).`,
        ]
      : [];
  const origins = new Map(found.map((name): [string, TensorOrigin] => [secondOf(name), 'constant']));
  return { nodes: after, initializers: own, origins, notes };
}

const secondOf = (bias: string): string => `${bias} (second)`;

function hasSingle({ shape, data }: OnnxTensor, { attributes, operator }: OnnxNode): boolean {
  const half = shape[1] / 2;
  const zero = (second: boolean) => data.every((value, i) => i % shape[1] >= half !== second || value === 0);
  const hasTwo = operator === 'GRU' && attributes.get('linear_before_reset') === 1;
  return zero(true) && !(hasTwo && zero(false));
}

function halves(bias: OnnxTensor): { first: OnnxTensor; rest: OnnxTensor } {
  const [directions, both] = bias.shape;
  const half = both / 2;
  const part = (name: string, second: boolean): OnnxTensor => ({
    ...bias,
    name,
    shape: [directions, half],
    data: bias.data.filter((_, i) => i % both >= half === second),
  });
  return { first: part(bias.name, false), rest: part(secondOf(bias.name), true) };
}
