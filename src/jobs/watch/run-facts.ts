import path from 'node:path';
import type { History } from '../../contract/history';
import { optimizerSchema } from '../../contract/optimizer-settings';
import type { Watched } from '../../contract/watch';
import { createOptimizer } from '../../training/optimizers/create';
import { epochOf, readHistory } from '../compare/members';

/** What is known of a checkpoint beside its contents. */
export type RunFacts = Pick<Watched, 'place' | 'learningRate' | 'threshold'>;

/** Steps within an epoch tell checkpoints apart that one epoch has several of; `checkpoint-500` is one of transformers. */
const STEP = /(?:^|[^a-z])(?:global_?step|step|iter|checkpoint)[-_. =]?(\d{1,12})(?!\d)/i;

/**
 * Where in its run a checkpoint is, and where its learning rate makes gradient descent unstable.
 * @param file from the folder that is watched: a folder's name may say what the file's does not.
 * @param learningRate as somebody said; the history beside the file counts where nobody did.
 */
export async function runFacts(folder: string, file: string, learningRate?: number): Promise<RunFacts> {
  const { history } = await readHistory(path.join(path.dirname(path.join(folder, file)), 'history.json'));
  const place = placeIn(file, history);
  const recorded = history?.epochs.find(({ epoch }) => place?.unit === 'epoch' && epoch === place.value);
  const rate = learningRate ?? recorded?.learningRate;
  const threshold = rate === undefined ? undefined : thresholdAt(rate, history);
  return {
    ...(place ? { place } : {}),
    ...(rate === undefined ? {} : { learningRate: rate }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** By the history, else the name, else the name of its folder. */
function placeIn(file: string, history?: History): RunFacts['place'] {
  const [name, parent] = [path.posix.basename(file), path.posix.basename(path.posix.dirname(file))];
  const recorded = history && epochOf(name, history);
  if (recorded !== undefined) return { unit: 'epoch', value: recorded };
  for (const text of [name, parent]) {
    const step = STEP.exec(text);
    if (step) return { unit: 'step', value: Number(step[1]) };
    const epoch = epochOf(text);
    if (epoch !== undefined) return { unit: 'epoch', value: epoch };
  }
  return undefined;
}

/**
 * The largest curvature at which gradient descent is stable: 2 / rate, and with momentum as Cohen et al. (2021) have it.
 * None for optimizers that precondition, whose line is for another matrix, nor under sharpness-aware steps.
 */
function thresholdAt(rate: number, history?: History): number | undefined {
  if (!history) return rate > 0 ? 2 / rate : undefined;
  const settings = optimizerSchema.safeParse(history.run['optimizer']).data;
  if (settings?.name !== 'sgd' || settings.sharpnessAware) return undefined;
  const line = createOptimizer(settings).threshold(rate);
  return line !== null && Number.isFinite(line) ? line : undefined;
}
