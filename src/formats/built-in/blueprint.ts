import type { Shape } from '../../autodiff/shape';
import type { Initial } from './initial-values';

/** A weight to be made, by Keras' name for it. */
export interface Weight {
  readonly name: string;
  readonly shape: Shape;
  readonly initial: Initial;
}

/** A layer of a network to be made, with what it is called on and the shape of a row of its output. */
export interface Part {
  readonly className: string;
  readonly name: string;
  /** Keras' settings, name aside. */
  readonly config: Readonly<Record<string, unknown>>;
  /** One input, or several in the way that `call` says. */
  readonly inputs: readonly Part[];
  /** Several inputs are one list (as for `Add`) or arguments of their own (as for attention). */
  readonly call: 'list' | 'arguments';
  readonly shape: Shape;
  readonly weights: readonly Weight[];
  /** Weights of what the layer makes inside, by the attribute it hangs on (`cell`, `query_dense`). */
  readonly inner: Readonly<Record<string, readonly Weight[]>>;
}

/** A layer; what is left out is empty. */
export function part(
  className: string,
  name: string,
  { shape, from }: { readonly shape: Shape; readonly from: Part | readonly Part[] },
  more: Partial<Pick<Part, 'config' | 'call' | 'weights' | 'inner'>> = {},
): Part {
  const inputs = 'className' in from ? [from] : from;
  return { config: {}, call: 'list', weights: [], inner: {}, ...more, className, name, shape, inputs };
}

/** All layers before an output, it included, in the order in which Keras keeps them: by their distance from the output, then by a walk from it. */
export function inKerasOrder(output: Part): Part[] {
  const walked: Part[] = [];
  const finished: Part[] = [];
  const walk = (at: Part): void => {
    if (walked.includes(at)) return;
    walked.push(at);
    at.inputs.forEach(walk);
    finished.push(at);
  };
  walk(output);
  const depths = new Map<Part, number>([[output, 0]]);
  for (const at of [...finished].reverse()) {
    for (const input of at.inputs) {
      depths.set(input, Math.max(depths.get(input) ?? 0, depths.get(at)! + 1));
    }
  }
  return [...walked].sort((a, b) => depths.get(b)! - depths.get(a)!);
}
