import path from 'node:path';
import type { History } from '../../contract/history';
import type { Watched } from '../../contract/watch';
import { epochOf } from '../compare/members';

/** Steps within an epoch tell checkpoints apart that one epoch has several of; `checkpoint-500` is one of transformers. */
const STEP = /(?:^|[^a-z])(?:global_?step|step|iter|checkpoint)[-_. =]?(\d{1,12})(?!\d)/i;

/** Where in its run a checkpoint is: by the history, else its name, else the name of its folder. */
export function placeIn(file: string, history?: History): Watched['place'] {
  const [name, parent] = [path.posix.basename(file), path.posix.basename(path.posix.dirname(file))];
  const recorded = history && epochOf(name, history);
  if (recorded !== undefined) return { unit: 'epoch', value: recorded };
  return placeOfName(name) ?? placeOfName(parent);
}

function placeOfName(text: string): Watched['place'] {
  const step = STEP.exec(text);
  if (step) return { unit: 'step', value: Number(step[1]) };
  const epoch = epochOf(text);
  return epoch === undefined ? undefined : { unit: 'epoch', value: epoch };
}

/** Whether a folder has its name of one checkpoint: all that lies in it is of that one. */
export const isOfOneCheckpoint = (folder: string): boolean => placeOfName(folder) !== undefined;
