import type { ModelVariant, OpenedModel } from '../../formats/model';
import { formatNumber } from '../../wording/format-number';
import type { LossPoint } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { UserError } from '../../core/errors';

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

/**
 * Which of several networks with the same tensors it is: the one with the smallest loss on a few rows, and the model with a
 * note that says so. One that cannot take the rows is none.
 * @throws UserError what the first says, where none takes the rows.
 */
export async function settleVariant(
  variants: readonly ModelVariant[],
  measure: (model: Model) => Promise<LossPoint>,
): Promise<{ readonly name: string; readonly model: Model }> {
  const tried: { name: string; model: Model; loss: number; rows: number }[] = [];
  let refusal: unknown;
  for (const { name, build } of variants)
    try {
      const model = build();
      const { loss, rows } = await measure(model);
      tried.push({ name, model, loss: Number.isFinite(loss.value) ? loss.value : Infinity, rows });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusal ??= error;
    }
  if (tried.length === 0) throw refusal;
  const best = tried.reduce((found, next) => (next.loss < found.loss ? next : found));
  const others = tried
    .filter((each) => each !== best)
    .map(({ name, loss }) => `${formatNumber(loss)} with ${name}`);
  const note = `The same tensors fit ${variants.length} networks. By the loss on ${best.rows} rows it is the one with ${best.name}: ${formatNumber(best.loss)}${others.length > 0 ? `, against ${others.join(', ')}` : '; the others do not take these rows'}. Another is chosen by "variant" in landscape.json.`;
  return { name: best.name, model: { ...best.model, notes: [...best.model.notes, note] } };
}
