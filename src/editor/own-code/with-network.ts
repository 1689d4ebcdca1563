import path from 'node:path';
import * as vscode from 'vscode';
import { isPytorchName } from '../../contract/checkpoint-names';
import type { Services } from '../services';
import { type Remedy, RemediableError } from '../show-error';
import { networksFor, pickNetworkFile } from './choose-network';
import { copyModelLines } from './live-lines';
import { hasCode } from './workspace-code';

/** Files of several that are looked at to find one whose network is known. */
const MOST_LOOKED_AT = 5;

/**
 * Goes on once the network of these checkpoints is known: weights alone have it by `landscape.json`, or are recognized. Of
 * others it is looked for in the person's code, where no file of the workspace holds a network.
 * @param then is done at once, or behind the button by which the network was found.
 * @throws RemediableError where the network is not known: the sentence, with the networks of the workspace to choose
 * from, their code, and the lines that save one
 */
export async function withNetwork(
  services: Services,
  checkpoints: readonly string[],
  then: () => Promise<void>,
): Promise<void> {
  const alone = checkpoints.filter(isPytorchName);
  const [weights] = alone;
  // What is no weights after all is left out by whoever measures several.
  if (weights === undefined || checkpoints.length - alone.length > 1) return then();
  for (const file of alone.slice(0, MOST_LOOKED_AT)) if (await isKnown(services, file)) return then();
  const [networks, hasOwn] = await Promise.all([networksFor(services, weights), hasCode()]);
  const find = async () => {
    const { writeFor } = await import('./find-model');
    if (await writeFor(services, weights)) await then();
  };
  // Nothing of theirs is run by this: the command is shown first.
  if (networks.length === 0 && hasOwn) return find();
  const choose = {
    label: vscode.l10n.t('Choose Its Network…'),
    run: async () => {
      if (await pickNetworkFile(services, weights, networks)) await then();
    },
  };
  throw withoutNetwork(path.basename(weights), [
    ...(networks.length > 0 ? [choose] : []),
    ...(hasOwn ? [{ label: vscode.l10n.t('Find the Model in My Code'), run: find }] : []),
  ]);
}

/** The names of the weights, or a configuration beside them, may say what network they are of. */
async function isKnown({ requests, summaries }: Services, checkpoint: string): Promise<boolean> {
  const { explicit } = await requests.standing(checkpoint);
  return explicit.model !== undefined || (await summaries.of(checkpoint)).refusal === undefined;
}

/** What is said of weights whose network nothing tells, with what can be done. */
export function withoutNetwork(name: string, choices: readonly Remedy[]): RemediableError {
  return new RemediableError(
    vscode.l10n.t(
      '{0} holds tensors of PyTorch, and the network is in your code: save it once with torch.export, then right-click the model.pt2. Other weights of that network are read where landscape.json says "model": "model.pt2".',
      name,
    ),
    [
      ...choices,
      {
        label: vscode.l10n.t('Copy the Lines That Save It'),
        run: () => copyModelLines(),
      },
    ],
  );
}
