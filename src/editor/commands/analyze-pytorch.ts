import path from 'node:path';
import * as vscode from 'vscode';
import { isPytorchName } from '../checkpoint-files';
import type { Services } from '../services';
import { copyModelLines } from '../own-code/live-lines';
import { chooseNetwork, networksFor } from '../own-code/choose-network';
import { hasCode } from '../own-code/workspace-code';
import { type Remedy, RemediableError } from '../show-error';
import { analyze } from './analyze';

/**
 * Analyzes weights of PyTorch whose network `landscape.json` names, or that are recognized. Of others it is looked for in the
 * person's code, where no file of the workspace holds a network.
 * @param args what was clicked and selected in the explorer, or `{ checkpoint }` from a hover
 * @throws RemediableError where the network is not known: the sentence, with the networks of the workspace to choose
 * from, their code, and the lines that save one
 */
export async function analyzePytorch(services: Services, args: readonly unknown[]): Promise<void> {
  const files = weightsOf(args);
  for (const checkpoint of files) {
    const { explicit } = await services.requests.standing(checkpoint);
    // The names of the weights, or a configuration beside them, may say what network they are of.
    const isKnown = explicit.model !== undefined || (await isRecognized(services, checkpoint));
    if (isKnown) await analyze(services, [{ checkpoint }]);
    else await analyzeUnknown(services, checkpoint);
  }
  if (files.length === 0) throw withoutNetwork(vscode.l10n.t('This file'), []);
}

/** Weights whose network nothing says: it is chosen, or found in the person's code. */
async function analyzeUnknown(services: Services, checkpoint: string): Promise<void> {
  const [networks, hasOwn] = await Promise.all([networksFor(services, checkpoint), hasCode()]);
  const find = async () => {
    const { findModel } = await import('../own-code/find-model');
    await findModel(services, [{ checkpoint }]);
  };
  // Nothing of theirs is run by this: the command is shown first.
  if (networks.length === 0 && hasOwn) return find();
  const choose = {
    label: vscode.l10n.t('Choose Its Network…'),
    run: () => chooseNetwork(services, checkpoint, networks),
  };
  throw withoutNetwork(path.basename(checkpoint), [
    ...(networks.length > 0 ? [choose] : []),
    ...(hasOwn ? [{ label: vscode.l10n.t('Find the Model in My Code'), run: find }] : []),
  ]);
}

function weightsOf([clicked, selected]: readonly unknown[]): string[] {
  if (typeof clicked === 'object' && clicked !== null && 'checkpoint' in clicked)
    return typeof clicked.checkpoint === 'string' ? [clicked.checkpoint] : [];
  const all: unknown[] = Array.isArray(selected) ? selected : [clicked];
  return all.flatMap((each) => (each instanceof vscode.Uri && isPytorchName(each.path) ? [each.fsPath] : []));
}

async function isRecognized({ summaries }: Services, checkpoint: string): Promise<boolean> {
  return (await summaries.of(checkpoint)).refusal === undefined;
}

function withoutNetwork(name: string, choices: readonly Remedy[]): RemediableError {
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
