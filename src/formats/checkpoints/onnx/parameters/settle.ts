import type { onnx } from '../../../../onnx/generated/onnx';
import type { OnnxTensor, TensorOrigin } from '../description';
import type { Settled, Unsettled } from './settled';
import { settleTensorFlow, singleBiases } from './tf2onnx';
import { settleProgram, torchProgram } from './torch-program';
import { settleTorchScript } from './torchscript';

/** Settles as far as its exporter allows which tensors of a graph are parameters, and what the exporter changed. */
export function settle(model: onnx.ModelProto.$Properties, graph: Unsettled): Settled {
  const program = torchProgram(model.graph ?? {});
  if (program) return settleProgram(graph, program);
  const producer = model.producerName ?? '';
  const whole = storedConstants(graph, producer === TORCH);
  const settled = settleBy(producer, whole);
  return { ...settled, origins: new Map([...settled.origins, ...whole.origins]) };
}

function settleBy(producer: string, graph: Unsettled): Settled {
  if (producer === TORCH) return settleTorchScript(graph);
  const biases = singleBiases(graph);
  if (producer === 'tf2onnx') {
    const settled = settleTensorFlow(biases);
    return {
      ...settled,
      origins: new Map([...settled.origins, ...biases.origins]),
      notes: [...settled.notes, ...biases.notes],
    };
  }
  return { ...biases, told: false };
}

/** It always stores tensors of the network by name, and never in nodes. */
const TORCH = 'pytorch';

/**
 * Tensors in `Constant` nodes stand beside those stored by name: as weights where the file stores no other matrix, else
 * as the constants that their writer calls them.
 */
function storedConstants(
  { nodes, initializers }: Unsettled,
  byName: boolean,
): Unsettled & { origins: Map<string, TensorOrigin> } {
  const isMatrix = ({ type, shape }: OnnxTensor) => type === 'float' && shape.length > 1;
  const hasWeights = byName || [...initializers.values()].some(isMatrix);
  const own = new Map(initializers);
  const origins = new Map<string, TensorOrigin>();
  const left = nodes.filter(({ operator, domain, outputs, attributes }): boolean => {
    const value = operator === 'Constant' && domain === '' ? attributes.get('value') : undefined;
    const tensor = typeof value === 'object' && 'stored' in value ? value : undefined;
    if (tensor?.type !== 'float' || tensor.data.length < 2) return true;
    own.set(outputs[0], { ...tensor, name: outputs[0] });
    if (hasWeights) origins.set(outputs[0], 'constant');
    return false;
  });
  return { nodes: left, initializers: own, origins };
}
