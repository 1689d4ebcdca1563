import { identityOf } from '../core/identity';
import { type Node, isOp } from './graph';
import { add, concat, matmul } from './operations';

/** From so many on, the copies that one product needs cost less than as many products. */
const FEWEST_PRODUCTS = 3;

/**
 * The sum of values of one shape, as what flows back to a node that was used many times: pieces that lie beside one another
 * (what slices of it give back) are put together instead of added up as zero-padded wholes, and products of matrices (what
 * a weight used step after step gives back) become one, since the sum of A_i B_i is [A_1 A_2 ...] [B_1; B_2; ...]. So a
 * recurrent network's gradient is linear in its steps, in time and memory.
 */
export function sum(terms: readonly Node[]): Node {
  return piecesTogether(productsTogether(terms)).reduce((total, term) => add(total, term));
}

/** A value that is zero outside one stretch of one axis. */
interface Piece {
  readonly term: Node<'pad'>;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

function pieceOf(term: Node): Piece | undefined {
  if (!isOp(term, 'pad')) return undefined;
  const { low, high, interior } = term.attributes;
  const padded = low.flatMap((count, axis) => (count + high[axis] + interior[axis] > 0 ? [axis] : []));
  const [axis] = padded;
  if (padded.length !== 1 || interior[axis] > 0) return undefined;
  return { term, axis, start: low[axis], end: term.shape[axis] - high[axis] };
}

function piecesTogether(terms: readonly Node[]): Node[] {
  const pieces = terms.flatMap((term) => pieceOf(term) ?? []);
  const axes = [...new Set(pieces.map(({ axis }) => axis))];
  return axes.reduce<Node[]>(
    (left, along) => {
      const beside = pieces.filter(({ axis }) => axis === along).sort((a, b) => a.start - b.start);
      const isApart = beside.every(({ start }, i) => i === 0 || beside[i - 1].end <= start);
      if (beside.length < 2 || !isApart) return left;
      return joined(
        left,
        beside.map(({ term }) => term),
        laidOut(beside),
      );
    },
    [...terms],
  );
}

/** The terms with some of them replaced by their sum. */
function joined(terms: readonly Node[], some: readonly Node[], whole: Node): Node[] {
  const replaced = new Set(some);
  return [whole, ...terms.filter((term) => !replaced.has(term))];
}

/** The pieces one after the other, with zeros where there is none. */
function laidOut(pieces: readonly Piece[]): Node {
  const [{ term, axis }] = pieces;
  const zeros = (extent: number): Node[] =>
    extent === 0
      ? []
      : [
          term.graph.fill(
            0,
            term.shape.map((n, a) => (a === axis ? extent : n)),
          ),
        ];
  const gaps = pieces.map(({ start }, i) => zeros(start - (i === 0 ? 0 : pieces[i - 1].end)));
  const rest = zeros(term.shape[axis] - pieces[pieces.length - 1].end);
  return concat([...pieces.flatMap((piece, i) => [...gaps[i], piece.term.inputs[0]]), ...rest], axis);
}

function productsTogether(terms: readonly Node[]): Node[] {
  const groups = new Map<string, Node<'matmul'>[]>();
  for (const term of terms) {
    if (!isOp(term, 'matmul') || term.shape.length !== 2) continue;
    const key = identityOf(term.attributes);
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  return [...groups.values()].reduce<Node[]>(
    (left, products) => {
      if (products.length < FEWEST_PRODUCTS) return left;
      const { transposeA, transposeB } = products[0].attributes;
      // What flows back comes last step first: turned round, it stands as the steps do, and shares their copies.
      const inOrder = [...products].reverse();
      const factors = (i: number, axis: number) =>
        concat(
          inOrder.map(({ inputs }) => inputs[i]),
          axis,
        );
      const whole = matmul(
        factors(0, transposeA ? 0 : 1),
        factors(1, transposeB ? 1 : 0),
        transposeA,
        transposeB,
      );
      return joined(left, products, whole);
    },
    [...terms],
  );
}
