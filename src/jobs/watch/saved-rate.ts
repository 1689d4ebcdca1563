import path from 'node:path';
import * as z from 'zod';
import { isPytorchName } from '../../contract/checkpoint-names';
import type { SavedOptimizer } from '../../contract/saved-optimizer';
import { readPlainText } from '../../files/plain-file';
import { savedOptimizer } from '../../formats/checkpoints/torch/weights/saved-optimizer';
import { isOfOneCheckpoint } from './run-place';

/** What trainers of transformers and accelerate keep in the folder of a checkpoint, the one that says most first. */
const BESIDE = ['optimizer.pt', 'optimizer.bin', 'scheduler.pt', 'scheduler.bin'];
/** What a trainer of transformers tells of its run. */
const TRAINER_STATE = 'trainer_state.json';

const trainerStateSchema = z.object({
  log_history: z.array(z.looseObject({ learning_rate: z.number().optional() })),
});

/**
 * The optimizer that a checkpoint of PyTorch was saved with, as the file itself says, or what lies beside it in a folder of
 * its own; undefined where nothing does.
 */
export async function savedRate(file: string): Promise<SavedOptimizer | undefined> {
  if (!isPytorchName(file)) return undefined;
  const folder = path.dirname(file);
  const inside = attempt(file);
  if (inside) return inside;
  const state = await trainerState(path.join(folder, TRAINER_STATE));
  // Beside the checkpoints of several epochs an optimizer is of one of them.
  if (!state && !isOfOneCheckpoint(path.basename(folder))) return undefined;
  for (const name of BESIDE) {
    const found = attempt(path.join(folder, name));
    if (found) return { ...found, from: `${name} (${found.from})` };
  }
  const rate = state?.log_history.flatMap(({ learning_rate }) => learning_rate ?? []).at(-1);
  return rate === undefined
    ? undefined
    : { from: `${TRAINER_STATE} (log_history)`, rate, rates: 1, rule: 'unknown' };
}

/** What cannot be read tells nothing: why it cannot is told of the weights, where it matters. */
function attempt(file: string): SavedOptimizer | undefined {
  try {
    return savedOptimizer(file);
  } catch {
    return undefined;
  }
}

async function trainerState(file: string): Promise<z.infer<typeof trainerStateSchema> | undefined> {
  const text = await readPlainText(file).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return trainerStateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
