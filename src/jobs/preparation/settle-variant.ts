import type { ModelVariant, OpenedModel } from '../../formats/model';
import { formatNumber } from '../../wording/format-number';
import type { LossPoint } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { UserError } from '../../core/errors';
import { beatsGuessing } from './guessing';

type Model = OpenedModel['model'];

/** Rows that tell one network from another: a trained one is far better under the right one. */
const ROWS = 256;

/** A request over as many rows as a decision takes. */
export const onFewRows = ({
  samples,
  defaultRows = Infinity,
  ...request
}: AnalyzeRequest): AnalyzeRequest => ({
  ...request,
  // All rows that a person asked for, where those are fewer.
  ...(typeof samples === 'number' && samples <= ROWS
    ? { samples }
    : { defaultRows: Math.min(defaultRows, ROWS) }),
  exact: false,
  operator: 'hessian',
});

/** What a variant loses on a few rows, and what guessing would, where that is known. */
export interface Tried extends LossPoint {
  readonly guess: number | undefined;
}

interface Candidate {
  readonly name: string;
  readonly model: Model;
  readonly point: Tried;
}

/**
 * Which of several networks with the same tensors it is: the one with the smallest loss on a few rows, and the model with a
 * note that says so. One that cannot take the rows is none. Where none does better than guessing, their losses tell nothing:
 * it is the family's usual one, the first.
 * @throws UserError what the first says, where none takes the rows.
 */
export async function settleVariant(
  variants: readonly ModelVariant[],
  measure: (model: Model) => Promise<Tried>,
): Promise<{ readonly name: string; readonly model: Model }> {
  const tried: Candidate[] = [];
  let refusal: unknown;
  for (const { name, build } of variants)
    try {
      const model = build();
      tried.push({ name, model, point: await measure(model) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusal ??= error;
    }
  if (tried.length === 0) throw refusal;
  const best = tried.reduce((found, next) => (lossOf(next) < lossOf(found) ? next : found));
  const { guess } = best.point;
  const isDecided = guess === undefined || beatsGuessing(best.point, guess);
  const { name, model } = isDecided ? best : tried[0];
  const note = isDecided ? decided(best, tried, variants.length) : undecided(tried, variants.length);
  return { name, model: { ...model, notes: [...model.notes, note] } };
}

const lossOf = ({ point: { loss } }: Candidate): number =>
  Number.isFinite(loss.value) ? loss.value : Infinity;

const ANOTHER = 'Another is chosen by "variant" in landscape.json.';

function decided(best: Candidate, tried: readonly Candidate[], count: number): string {
  const others = tried
    .filter((each) => each !== best)
    .map((each) => `${formatNumber(lossOf(each))} with ${each.name}`);
  return `The same tensors fit ${count} networks. By the loss on ${best.point.rows} rows it is the one with ${best.name}: ${formatNumber(lossOf(best))}${others.length > 0 ? `, against ${others.join(', ')}` : '; the others do not take these rows'}. ${ANOTHER}`;
}

function undecided(tried: readonly Candidate[], count: number): string {
  const [{ name, point }] = tried;
  const losses = tried.map(lossOf);
  return `The same tensors fit ${count} networks, and the loss on ${point.rows} rows does not tell which it is: none of them does better than guessing (${formatNumber(Math.min(...losses))} at best; guessing gives ${formatNumber(point.guess ?? NaN)}). Taken is the usual one, with ${name}. ${ANOTHER}`;
}
