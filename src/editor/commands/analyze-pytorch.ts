import path from 'node:path';
import * as vscode from 'vscode';
import { isPytorchName } from '../checkpoint-files';
import type { Services } from '../services';
import { RemediableError } from '../show-error';
import { analyze } from './analyze';

/** Saves a network as it was trained, with its code: nothing folded, any number of rows. */
export const EXPORT_LINES = `import torch

# model and x: your network with its weights loaded, and a few rows of its inputs.
program = torch.export.export(model.eval(), (x[:2],), dynamic_shapes=({0: torch.export.Dim.AUTO},))
torch.export.save(program, "model.pt2")
`;

/**
 * Analyzes weights of PyTorch whose network `landscape.json` names, or that are recognized, and says what to do with others.
 * @throws RemediableError where the network is not known: the sentence, with the lines that save it
 */
export async function analyzePytorch(
  services: Services,
  [clicked, selected]: readonly unknown[],
): Promise<void> {
  const all: unknown[] = Array.isArray(selected) ? selected : [clicked];
  const files = all.flatMap((each) =>
    each instanceof vscode.Uri && isPytorchName(each.path) ? [each.fsPath] : [],
  );
  for (const checkpoint of files) {
    const { explicit } = await services.requests.standing(checkpoint);
    // The names of the weights, or a configuration beside them, may say what network they are of.
    const isKnown = explicit.model !== undefined || (await isRecognized(services, checkpoint));
    if (!isKnown) throw withoutNetwork(path.basename(checkpoint));
    await analyze(services, [{ checkpoint }]);
  }
  if (files.length === 0) throw withoutNetwork(vscode.l10n.t('This file'));
}

async function isRecognized({ summaries }: Services, checkpoint: string): Promise<boolean> {
  return (await summaries.of(checkpoint)).refusal === undefined;
}

function withoutNetwork(name: string): RemediableError {
  return new RemediableError(
    vscode.l10n.t(
      '{0} holds tensors of PyTorch, and the network is in your code: save it once with torch.export, then right-click the model.pt2. Other weights of that network are read where landscape.json says "model": "model.pt2".',
      name,
    ),
    [
      {
        label: vscode.l10n.t('Copy the Lines That Save It'),
        run: () => vscode.env.clipboard.writeText(EXPORT_LINES),
      },
    ],
  );
}
