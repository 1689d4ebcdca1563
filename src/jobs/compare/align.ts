import { type ChannelGroup, matchWeights, sweepCost } from '../../analysis/comparison/weight-matching';
import type { OpenedModel } from '../../formats/model';
import { Objective, type Point } from '../../objective/evaluation/objective';
import { type FoundPermutations, findPermutations, permute } from '../../symmetries/permutations';
import { SAME_FUNCTION, outputDifference } from '../../symmetries/rescaling';
import { formatCount } from '../../wording/format-number';
import type { Problem } from '../preparation/problem';

/** Rows on which permutations are tried. */
const TRIAL_ROWS = 8;
/** Multiplications of a sweep of matching, ten seconds: several are needed. */
const MOST_A_SWEEP = 1e10;

/** Which neurons of a problem's network may change places. */
export async function findNeurons(
  { opened, objective }: { readonly opened: Pick<OpenedModel, 'model'>; readonly objective: Objective },
  signal: AbortSignal,
): Promise<FoundPermutations> {
  const { test: _, ...options } = objective.options;
  const small = await Objective.create({
    ...options,
    trainRows: options.trainRows.subarray(0, TRIAL_ROWS),
    signal,
  });
  try {
    const outputsAt = async (point: Point) => (await small.values('train', point, signal)).outputs;
    return await findPermutations(opened.model, small, outputsAt);
  } finally {
    small.dispose();
  }
}

/**
 * The same function as at `to`, with its neurons in the order in which its weights are nearest to the checkpoint's own;
 * that it is the same is checked on the training rows.
 * @returns no point where no neurons can be matched, and a sentence on what is left as it is.
 */
export async function align(
  { objective }: Pick<Problem, 'objective'>,
  { groups, layers, permuted }: FoundPermutations,
  { to, seed }: { readonly to: Required<Point>; readonly seed: number },
  signal: AbortSignal,
): Promise<{ point?: Required<Point>; note?: string }> {
  if (layers === 0) return {};
  if (groups.length === 0)
    return { note: 'No neurons are aligned: which of them may change places is not known for this network.' };
  const places = new Map(objective.parameters.blocks.map((block) => [block.name, block]));
  const placed = groups.map(({ channels, sharing, makers, takers }): ChannelGroup => {
    const weights = [...makers, ...takers].flatMap(({ tensor, axis }) => {
      const block = places.get(tensor);
      return block ? [{ offset: block.offset, length: block.length, axis }] : [];
    });
    return { channels, ...(sharing ? { sharing } : {}), places: weights };
  });
  if (sweepCost(placed) > MOST_A_SWEEP)
    return { note: 'No neurons are aligned: matching so many would take too long.' };
  const orders = await matchWeights(objective.origin.theta, to.theta, placed, { seed, signal });
  const point = permute(objective, to, groups, orders);
  const outputsAt = async (at: Point) => (await objective.values('train', at, signal)).outputs;
  if (outputDifference(await outputsAt(to), await outputsAt(point)) > SAME_FUNCTION)
    return { note: 'No neurons are aligned: with them in another order the outputs were not the same.' };
  const notes = [
    ...(permuted === layers
      ? []
      : [
          `The neurons of ${formatCount(permuted)} of ${formatCount(layers)} layers are aligned, the others stay in their order.`,
        ]),
    ...(orders.every((order) => order.every((neuron, i) => neuron === i))
      ? ['Aligning moves no neuron: those of the second match those of the first as saved.']
      : []),
  ];
  return { point, ...(notes.length > 0 ? { note: notes.join(' ') } : {}) };
}
