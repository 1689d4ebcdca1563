import { type AttackTarget, fgsm, pgd } from '../../analysis/attacks';
import { estimateOverRows } from '../../analysis/sampling';
import { classCount, correctness, judged } from '../../objective/loss/accuracy';
import { UserError } from '../../core/errors';
import type { AnalyzeRequest } from '../../contract/settings';
import { openProblem } from '../preparation/open-problem';

/** How test rows are attacked. */
export interface AttackSettings {
  /** In the max norm, in units of the scaled inputs. */
  readonly radii: readonly number[];
  /** Of projected gradient ascent. */
  readonly steps: number;
}

/** The share of test rows that are still classified rightly. */
export interface AttackResult {
  readonly kind: 'fgsm' | 'pgd';
  readonly radius: number;
  readonly accuracy: { readonly value: number; readonly standardError: number | null };
}

/**
 * Accuracy on test rows moved against the network, by the fast gradient sign method and by projected gradient ascent.
 * Inputs stay within the range that the data's own scaled inputs span.
 * @throws UserError where there are no test rows, no classes, or no gradient in the inputs.
 */
export async function attack(
  request: AnalyzeRequest,
  { radii, steps }: AttackSettings,
  {
    signal,
    progress,
    frugal = false,
  }: { signal: AbortSignal; progress: (share: number) => void; frugal?: boolean },
): Promise<AttackResult[]> {
  const problem = await openProblem(request, signal, { frugal });
  const { objective, loss, data, opened } = problem;
  try {
    const { accuracy } = loss;
    const { model } = opened;
    if (!data.test) throw new UserError(`${request.data} has no test rows to attack: add x_test and y_test.`);
    if (!accuracy)
      throw new UserError('An attack needs classes, and this is a regression: leave "attacks" out.');
    if (model.inputs[0].dtype !== 'float')
      throw new UserError(
        'An attack needs inputs that can be moved, and these are whole numbers: leave "attacks" out.',
      );
    const { labels, rows } = data.test;
    const { origin } = objective;
    const inputs = objective.inputsOf('test');
    const [low, high] = rangeOf([objective.inputsOf('train'), inputs]);
    const target: AttackTarget = {
      inputs,
      low,
      high,
      gradient: async (at) => await objective.inputGradient('test', origin, at, signal),
    };
    const classes = classCount(model);
    const everyRow = Int32Array.from({ length: rows }, (_, i) => i);
    const accuracyAt = async (at: Float64Array) => {
      const values = await objective.valuesAtInputs('test', origin, at, signal);
      return estimateOverRows(judged(correctness(accuracy, values, { labels, rows: everyRow }, classes)));
    };
    const results: AttackResult[] = [];
    const total = radii.length * (steps + 1);
    let done = 0;
    const step = () => progress(++done / total);
    for (const radius of radii) {
      results.push({ kind: 'fgsm', radius, accuracy: await accuracyAt(await fgsm(target, radius)) });
      step();
      const reached = await pgd(target, radius, { steps, seed: request.seed, onStep: step });
      results.push({ kind: 'pgd', radius, accuracy: await accuracyAt(reached) });
    }
    return results;
  } finally {
    objective.dispose();
  }
}

function rangeOf(arrays: readonly Float64Array[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of arrays)
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return [low, high];
}
