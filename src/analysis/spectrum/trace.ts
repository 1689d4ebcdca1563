import { LARGE } from '../../core/large';
import { TRACE_TARGET } from '../../wording/trace-target';
import { type LongVector, released } from '../../core/long-vector';
import { componentsAlong, dot } from '../../core/vectors';
import type { SymmetricOperator } from '../operator';
import { estimateMean, type Estimate } from '../statistics';
import { KrylovSpace } from './krylov-space';
import { gaussian, rademacher, streams } from './probes';
import { multiply, quadraticForms } from './products';

/** Probes that a trace takes at least and at most, unless others are asked for. */
export const LEAST_PROBES = 16;
export const MOST_PROBES = 120;

/** A stretch of the parameter vector: one tensor. */
export interface Block {
  readonly offset: number;
  readonly length: number;
}

export interface TraceOptions {
  /** The space of a finished eigenvalue search. Without it every part of the trace is estimated. */
  readonly space?: KrylovSpace;
  /** Stretches whose own traces are wanted; they come with the same products. */
  readonly blocks?: readonly Block[];
  /** Stop when the standard error is at most this share of the trace. Default 0.01. */
  readonly target?: number;
  /** Default 16: with fewer the standard error itself is not to be trusted. */
  readonly minProbes?: number;
  /** Default 120, `MOST_PROBES`: the trace ends here, or before where it sees that it cannot reach the target by then. */
  readonly maxProbes?: number;
  /** Probes in one multi-vector product. Default 4, beyond `LARGE` 1. */
  readonly batch?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (estimate: Estimate, products: number) => void;
}

/** Probes at which an estimate from some should reach its target: its error falls with their root. */
const probesNeeded = ({ value, standardError }: Estimate, probes: number, target: number): number =>
  probes * ((standardError ?? 0) / (target * value)) ** 2;

/** How many probes a trace will take in all, judged by those it has taken. */
export const expectedProbes = (estimate: Estimate, probes: number): number =>
  Math.min(MOST_PROBES, Math.max(LEAST_PROBES, probes, probesNeeded(estimate, probes, TRACE_TARGET)));

/** Probes after which the standard error is known well enough to see that the target is out of reach. */
const HOPELESS_AFTER = 40;

/** Standard errors are over the random probes; 0 when the space spans everything. */
export interface TraceResult extends Estimate {
  /** One for each of the blocks, in their order. */
  readonly blocks: readonly Estimate[];
  readonly probes: number;
  readonly products: number;
}

/**
 * The trace, exact on the Krylov space and estimated on its complement by Rademacher probes z:
 *
 *   tr H = tr Q'HQ + E z'PHPz,   P = I - QQ'   (Hutch++ without products of its own; Meyer et al. 2021).
 *
 * For the trace of a diagonal block b, H = QGQ' + FBQ' + QB'F' + PHP (G, F, B as in `KrylovSpace`) leaves only
 * the last term to the same probes: E sum over i in b of z_i (PHPz)_i.
 *
 * ```ts
 * import { trace } from '../../src/analysis/spectrum/trace';
 * import { diagonal } from '../../test/unit/analysis/operators';
 * const blocks = [{ offset: 0, length: 2 }];
 * const found = await trace(diagonal([1, 2, 4]), { blocks });
 * Math.round(found.value * 1e9) / 1e9; // => 7
 * Math.round(found.blocks[0].value * 1e9) / 1e9; // => 3
 * ```
 *
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function trace(operator: SymmetricOperator, options: TraceOptions = {}): Promise<TraceResult> {
  const {
    blocks = [],
    target = TRACE_TARGET,
    minProbes = LEAST_PROBES,
    maxProbes = MOST_PROBES,
    batch = operator.dimension > LARGE ? 1 : 4,
    seed = 0,
    signal,
  } = options;
  const { dimension, rest = (vector) => vector } = operator;
  const space = options.space ?? KrylovSpace.of(operator);
  const parts = [{ offset: 0, length: dimension }, ...blocks];
  const missing = dimension - space.size <= minProbes ? dimension - space.size : 0;
  if (missing > 0) await complete(operator, space, seed, signal);
  const known = parts.map((part) => traceOnSpace(space, part));
  if (space.size === dimension) {
    const [value, ...own] = known;
    const exact = own.map((entry) => ({ value: entry, standardError: 0 }));
    return { value: value, standardError: 0, blocks: exact, probes: 0, products: missing };
  }

  const samples: number[][] = parts.map(() => []);
  for (let probes = 0; ;) {
    const signs = Array.from({ length: Math.min(batch, maxProbes - probes) }, (_, i) =>
      rest(rademacher(dimension, seed, streams.traceProbe + probes + i)),
    );
    // One number a probe is enough for the whole.
    const forms =
      blocks.length === 0
        ? (await quadraticForms(operator, signs, signal)).map((form) => () => form)
        : (await multiply(operator, signs, signal)).map(
            (image, i) => (begin: number, end: number) => dot(signs[i], image, begin, end),
          );
    forms.forEach((form, i) => {
      outside(space, parts, signs[i], form).forEach((value, p) => samples[p].push(known[p] + value));
    });
    signs.forEach(released);
    probes += signs.length;
    const [total, ...own] = samples.map(estimateMean);
    options.onProgress?.(total, probes);
    // Where the trace nearly cancels no affordable count is enough.
    const settled = probes >= minProbes && total.standardError <= target * Math.abs(total.value);
    const needed = probesNeeded(total, probes, target);
    const hopeless = probes >= HOPELESS_AFTER && needed > 2 * maxProbes;
    if (settled || hopeless || probes >= maxProbes)
      return { ...total, blocks: own, probes, products: probes };
  }
}

/** The part of the trace of H over these rows that the space knows: of QGQ' + FBQ' + QB'F'. */
function traceOnSpace(space: KrylovSpace, { offset, length }: Block): number {
  const { vectors, projected, frontier } = space;
  const inner = (a: LongVector, b: LongVector) => dot(a, b, offset, offset + length);
  let sum = 0;
  vectors.forEach((vector, j) => {
    sum += projected[j][j] * inner(vector, vector);
    for (let i = 0; i < j; i++) {
      const entry = projected[i][j];
      if (entry !== 0) sum += 2 * entry * inner(vectors[i], vector);
    }
    for (const entry of frontier) {
      if (entry.coupling[j] !== 0) sum += 2 * entry.coupling[j] * inner(entry.vector, vector);
    }
  });
  return sum;
}

/**
 * Of each part the sum over its i of z_i (PHPz)_i, from that of z_i (Hz)_i: what the space knows of Hz is
 * Q(GQ'z + B'F'z) + FBQ'z, and the rest is PHPz. So one sweep over the space is enough for all parts.
 */
function outside(
  space: KrylovSpace,
  parts: readonly Block[],
  probe: LongVector,
  form: (begin: number, end: number) => number,
): number[] {
  const basis = [...space.vectors, ...space.frontier.map(({ vector }) => vector)];
  const stretches = cutAtEnds(parts).map(({ offset, length }) => ({
    offset,
    along: componentsAlong(basis, probe, offset, offset + length),
    value: form(offset, offset + length),
  }));
  const along = basis.map((_, j) => stretches.reduce((sum, own) => sum + own.along[j], 0));
  const known = space.known(along);
  return parts.map(({ offset, length }) =>
    stretches
      .filter((own) => own.offset >= offset && own.offset < offset + length)
      .reduce((sum, own) => sum + own.value - dot(known, Float64Array.from(own.along)), 0),
  );
}

/** The stretches between all ends of these parts, of which each part has some whole. */
function cutAtEnds(parts: readonly Block[]): Block[] {
  const ends = parts.flatMap(({ offset, length }) => [offset, offset + length]);
  const sorted = [...new Set(ends)].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => ({ offset: sorted[i], length: end - sorted[i] }));
}

/** Grows a space that lacks only a few directions until it has them all. */
async function complete(
  operator: SymmetricOperator,
  space: KrylovSpace,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let start = 0; space.size < operator.dimension; start++) {
    const fresh = () => space.begin(gaussian(operator.dimension, seed, streams.traceStart + start));
    const next = space.frontier[0] ?? fresh();
    if (!next) continue;
    const [image] = await multiply(operator, [next.vector], signal);
    space.extend(next, image);
  }
}
