import type { Program, ProgramNode } from '../../autodiff/program';
import { sizeOf } from '../../core/size-of';

/** What one run of a program takes: its multiplications, one operation an element elsewhere, and its nodes. */
export interface ProgramWork {
  readonly operations: number;
  readonly nodes: number;
}

/** What one run of a program takes. */
export function workOfProgram({ nodes }: Program): ProgramWork {
  const operations = nodes.reduce((sum, node) => sum + operationsOf(node, nodes), 0);
  return { operations, nodes: nodes.length };
}

function operationsOf({ op, shape, inputs, attributes }: ProgramNode, nodes: Program['nodes']): number {
  const input = (i: number) => nodes[inputs[i]].shape;
  switch (op) {
    case 'matmul': {
      const [a, turned] = [input(0), (attributes as { transposeA: boolean }).transposeA];
      return sizeOf(shape) * a[a.length - (turned ? 2 : 1)];
    }
    case 'conv':
      return sizeOf(shape) * sizeOf(input(1).slice(1));
    case 'convInputGradient':
      return sizeOf(input(0)) * sizeOf(input(1).slice(1));
    case 'convKernelGradient':
      return sizeOf(input(1)) * sizeOf(shape.slice(1));
    default:
      return sizeOf(shape);
  }
}
