import type { Node } from '../../autodiff/graph';

/** Does a node depend on one of these? */
export function dependents(sources: readonly Node[]): (node: Node) => boolean {
  const known = new Map(sources.map((source) => [source, true]));
  return (asked) => {
    // With a stack of its own: a chain may be longer than the machine's.
    const stack = [asked];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const open = known.has(node) ? [] : node.inputs.filter((input) => !known.has(input));
      if (open.length > 0) {
        for (const input of open) stack.push(input);
        continue;
      }
      stack.pop();
      if (!known.has(node))
        known.set(
          node,
          node.inputs.some((input) => known.get(input)),
        );
    }
    return known.get(asked)!;
  };
}
