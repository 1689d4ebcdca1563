import path from 'node:path';
import type { History } from '../../contract/history';
import { type OptimizerSettings, optimizerSchema } from '../../contract/optimizer-settings';
import type { SavedOptimizer } from '../../contract/saved-optimizer';
import type { Watched } from '../../contract/watch';
import { createOptimizer } from '../../training/optimizers/create';
import { readHistory } from '../compare/members';
import { placeIn } from './run-place';

/** What is known of a checkpoint beside its contents. */
export type RunFacts = Pick<Watched, 'place' | 'learningRate' | 'rateFrom' | 'threshold'>;

/**
 * Where in its run a checkpoint is, and where its learning rate makes gradient descent unstable.
 * @param file from the folder that is watched: a folder's name may say what the file's does not.
 * @param said the rate as somebody said it, which counts first, then that of the history beside the file; and the optimizer
 * that the checkpoint was saved with, which tells the rule where there is no history.
 */
export async function runFacts(
  folder: string,
  file: string,
  { learningRate, optimizer }: { readonly learningRate?: number | undefined } & Pick<Watched, 'optimizer'>,
): Promise<RunFacts> {
  const { history } = await readHistory(path.join(path.dirname(path.join(folder, file)), 'history.json'));
  const place = placeIn(file, history);
  const recorded = history?.epochs.find(({ epoch }) => place?.unit === 'epoch' && epoch === place.value);
  const sources: readonly (readonly [rate: number | undefined, from: string | undefined])[] = [
    [learningRate, 'as it was said'],
    [recorded?.learningRate, 'history.json'],
    [optimizer?.rate, optimizer?.from],
  ];
  const [rate, from] = sources.find(([value]) => value !== undefined) ?? [];
  if (rate === undefined || from === undefined) return place ? { place } : {};
  const threshold = history
    ? lineByHistory(rate, history)
    : lineOf(rate, optimizer, learningRate !== undefined);
  return {
    ...(place ? { place } : {}),
    learningRate: rate,
    rateFrom: from,
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/**
 * The largest curvature at which gradient descent is stable: 2 / rate, and with momentum as Cohen et al. (2021) have it.
 * None for optimizers that precondition, whose line is for another matrix, nor under sharpness-aware steps.
 */
function lineByHistory(rate: number, history: History): number | undefined {
  const settings = optimizerSchema.safeParse(history.run['optimizer']).data;
  return settings?.name !== 'sgd' || settings.sharpnessAware ? undefined : lineBy(settings, rate);
}

/**
 * The same by what a checkpoint of PyTorch says. Whoever says a rate means gradient descent, unless the checkpoint says
 * otherwise; a rate without a rule has no line.
 */
function lineOf(rate: number, optimizer: SavedOptimizer | undefined, isSaid: boolean): number | undefined {
  if (!optimizer || (isSaid && optimizer.rule === 'unknown')) return rate > 0 ? 2 / rate : undefined;
  if (optimizer.rule !== 'descent') return undefined;
  const { momentum, nesterov, weightDecay, dampening = 0 } = optimizer;
  // Dampened, each gradient goes into the velocity by a share.
  return lineBy(
    { name: 'sgd', momentum, nesterov, weightDecay, convention: 'pytorch' },
    rate * (1 - dampening),
  );
}

function lineBy(settings: OptimizerSettings, rate: number): number | undefined {
  const line = createOptimizer(settings).threshold(rate);
  return line !== null && Number.isFinite(line) ? line : undefined;
}
