import { UnsupportedError } from '../../../../autodiff/shape';
import type { Given } from './call';
import type { ExportedGraph, ExportedNode } from './description';
import { TensorReference } from './reference';
import { detached } from './views';

/** Operators that hold a graph: with or without gradients, or in another precision (which is float32 here all the same). */
export function higherOrder(
  { target }: ExportedNode,
  given: readonly (readonly [name: string, value: Given])[],
  inner: (graph: ExportedGraph, given: readonly TensorReference[]) => TensorReference[],
): TensorReference[] {
  const values = given.map(([, value]) => value);
  const at = values.findIndex(isGraph);
  const name = target.slice(target.lastIndexOf('.') + 1);
  if (at < 0 || !['wrap_with_set_grad_enabled', 'wrap_with_autocast'].includes(name))
    throw new UnsupportedError(
      'it is not supported: parts of the network that depend on the data cannot be differentiated',
    );
  const results = inner(
    values[at] as ExportedGraph,
    values.slice(at + 1).filter((value) => value instanceof TensorReference),
  );
  const constant = name === 'wrap_with_set_grad_enabled' && values[0] === false;
  return constant ? results.map((result) => result.through(detached)) : results;
}

const isGraph = (given: Given): boolean => typeof given === 'object' && 'nodes' in given;
