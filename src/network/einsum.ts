import type { Node } from '../autodiff/graph';
import { matmul, reduceSum, reshape, transpose } from '../autodiff/operations';
import { ShapeError, UnsupportedError } from '../autodiff/shape';
import { sizeOf } from '../core/size-of';

/**
 * A sum of products in Einstein's notation, `ab,bc->ac`, of any number of tensors; `...` stands for axes that are
 * matched from the right. Written with sums, transposes, reshapes and matrix products only, taken from the left.
 * Throws a ShapeError for an index that stands twice in one tensor, and for extents that do not fit.
 */
export function einsum(equation: string, operands: readonly Node[]): Node {
  const { terms, output } = einsumLabels(equation, operands);
  let labels: readonly string[] = terms[0];
  let [result] = operands;
  for (let i = 1; i < operands.length; i++) {
    const needed = new Set([output, ...terms.slice(i + 1)].flat());
    ({ node: result, labels } = contract(
      { node: result, labels },
      { node: operands[i], labels: terms[i] },
      needed,
    ));
  }
  const kept = onlyNeeded({ node: result, labels }, new Set(output));
  return transpose(
    kept.node,
    output.map((label) => kept.labels.indexOf(label)),
  );
}

interface Labelled {
  readonly node: Node;
  readonly labels: readonly string[];
}

/**
 * The indices of each tensor's axes and of the result's.
 * @throws ShapeError where the equation does not fit the tensors; UnsupportedError for a diagonal.
 */
export function einsumLabels(
  equation: string,
  operands: readonly Node[],
): { terms: string[][]; output: string[] } {
  const [left, right] = equation.replace(/\s/g, '').split('->');
  const written = left.split(',');
  if (written.length !== operands.length)
    throw new ShapeError(`"${equation}" is for ${written.length} tensors, not ${operands.length}`);
  let dots = 0;
  const terms = written.map((term, i) => {
    const extra = operands[i].shape.length - term.replace('...', '').length;
    if (extra < 0 || (extra > 0 && !term.includes('...')))
      throw new ShapeError(`"${term}" does not fit ${operands[i].shape.length} axes`);
    dots = Math.max(dots, extra);
    return expand(term, extra);
  });
  terms.forEach((term) => {
    if (new Set(term).size !== term.length)
      throw new UnsupportedError(`"${equation}" takes a diagonal, which is not supported`);
  });
  const letters = terms.flat();
  // Without an arrow: what stands once, in alphabetical order.
  const implied = [...new Set(letters)].filter(
    (label) => label.length === 1 && letters.filter((l) => l === label).length === 1,
  );
  return { terms, output: expand(right ?? `...${implied.sort().join('')}`, dots) };
}

/** The letters of a term, `...` as numbered labels counted from the right. */
function expand(term: string, dots: number): string[] {
  const [before, after] = term.split('...');
  if (after === undefined) return [...before];
  const numbered = Array.from({ length: dots }, (_, i) => `dot${dots - 1 - i}`);
  return [...before, ...numbered, ...after];
}

/** Sums over the axes that nothing asks for any more. */
function onlyNeeded({ node, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const gone = labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]));
  return { node: reduceSum(node, gone), labels: labels.filter((label) => needed.has(label)) };
}

/** Two tensors as one matrix product for each of the indices that both have and that stay. */
function contract(first: Labelled, second: Labelled, later: ReadonlySet<string>): Labelled {
  const a = onlyNeeded(first, new Set([...later, ...second.labels]));
  const b = onlyNeeded(second, new Set([...later, ...first.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const summed = shared.filter((label) => !later.has(label));
  const free = ({ labels }: Labelled) => labels.filter((label) => !shared.includes(label));
  const extentOf = new Map<string, number>();
  for (const { node, labels } of [a, b])
    labels.forEach((label, axis) => {
      if ((extentOf.get(label) ?? node.shape[axis]) !== node.shape[axis])
        throw new ShapeError(
          `the index ${label} is ${extentOf.get(label)} in one tensor and ${node.shape[axis]} in another`,
        );
      extentOf.set(label, node.shape[axis]);
    });
  const size = (labels: readonly string[]) => sizeOf(labels.map((label) => extentOf.get(label)!));
  const matrix = ({ node, labels }: Labelled, ...groups: readonly (readonly string[])[]) =>
    reshape(
      transpose(
        node,
        groups.flat().map((label) => labels.indexOf(label)),
      ),
      [...(batch.length > 0 ? [size(batch)] : []), ...groups.slice(1).map(size)],
    );
  const [rows, columns] = [free(a), free(b)];
  const product = matmul(matrix(a, batch, rows, summed), matrix(b, batch, summed, columns));
  const labels = [...batch, ...rows, ...columns];
  return {
    node: reshape(
      product,
      labels.map((label) => extentOf.get(label)!),
    ),
    labels,
  };
}
