import type { Node } from '../../../../autodiff/graph';
import { sizeOf } from '../../../../core/size-of';
import type { LayerSummary, ModelTensor } from '../../../../network/model';
import { dependents } from '../../dependents';
import type { ExportedNode } from './description';

/** An operator of the program with what it computed. */
export interface LayerStep {
  readonly node: ExportedNode;
  readonly value: Node;
}

/**
 * One line a module that works on the data, with the shape of what it gives in the end; operators outside of all modules
 * by their own names.
 */
export function summaries(
  steps: readonly LayerStep[],
  inputs: readonly Node[],
  tensors: readonly ModelTensor[],
): LayerSummary[] {
  const depends = dependents(inputs);
  const lines = new Map<string, LayerSummary>();
  for (const { node, value } of steps) {
    if (!depends(value)) continue;
    const module = node.modules[node.modules.length - 1];
    const name = module?.path ? module.path : node.name;
    const className = module?.path ? lastPart(module.className) : node.target.split('.')[1];
    const own = tensors.filter(
      ({ layer }) => layer === name || layer.startsWith(`${name}.parametrizations.`),
    );
    lines.set(name, {
      name,
      className,
      outputShape: value.shape.slice(1),
      parameters: own.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    });
  }
  return [...lines.values()];
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
