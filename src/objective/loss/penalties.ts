import type { Node } from '../../autodiff/graph';
import { abs, add, mul, reduceSum, square } from '../../autodiff/operations';
import type { PenaltyName } from '../../contract/vocabulary';
import { UserError } from '../../core/errors';
import type { Model, WeightPenalty } from '../../network/model';
import type { Penalty } from '../programs/programs';

/**
 * The penalties of a model's regularizers as a part of the loss: sum of l1 |w| + l2 w^2. Nothing where there are none or they
 * are left out.
 *
 * @throws UserError where a penalty is asked for that is not one of L1 and L2 on weights.
 */
export function includedPenalty(
  { penalties = [] }: Model,
  choice: PenaltyName | undefined,
  file: string,
): Penalty | undefined {
  if (choice !== 'included') return undefined;
  const other = penalties.find(({ others }) => others.length > 0);
  if (other)
    throw new UserError(
      `${file}: the layer ${other.layer} has a penalty on ${other.others.join(' and ')}: only L1 and L2 penalties on weights can be part of the loss here; leave "penalties" out.`,
    );
  const weights = new Map(
    penalties.flatMap((layer) => layer.weights.map((weight) => [weight.tensor, weight])),
  );
  if (weights.size === 0) return undefined;
  return (theta, blocks) =>
    theta
      .flatMap((node, i) => termsOf(node, weights.get(blocks[i].name)))
      .reduce<Node>((sum, term) => add(sum, term), theta[0].graph.fill(0));
}

function termsOf(node: Node, penalty: WeightPenalty | undefined): Node[] {
  if (!penalty) return [];
  const { l1, l2 } = penalty;
  return [
    ...(l1 > 0 ? [mul(reduceSum(abs(node)), l1)] : []),
    ...(l2 > 0 ? [mul(reduceSum(square(node)), l2)] : []),
  ];
}

/** What to know of a loss whose model has regularizers, and whether they could be included. */
export function penaltiesNote(
  { penalties = [] }: Model,
  choice: PenaltyName | undefined,
): { readonly text: string; readonly includable: boolean } | undefined {
  if (penalties.length === 0) return undefined;
  if (choice === 'included')
    return {
      text: "The loss includes the penalties of the layers' regularizers, as Keras descends and reports it, on training and test rows alike; Fisher matrices are of the rows' own losses.",
      includable: false,
    };
  return {
    text: "The layers' regularizers are not part of the loss.",
    includable: penalties.every(({ others }) => others.length === 0),
  };
}

/** In words, for whoever wonders of which loss the figures are. */
export function penaltiesText({ penalties = [] }: Model, choice: PenaltyName | undefined): string {
  if (penalties.length === 0) return 'none';
  const shown = penalties
    .slice(0, 3)
    .map(({ layer }) => layer)
    .join(', ');
  const more = penalties.length > 3 ? ` and ${penalties.length - 3} more` : '';
  return `${choice === 'included' ? 'included' : 'left out'} (the regularizers of ${shown}${more})`;
}
