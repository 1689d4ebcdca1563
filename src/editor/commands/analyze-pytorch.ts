import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { isPytorchName } from '../checkpoint-files';
import type { Services } from '../services';
import { type Remedy, RemediableError } from '../show-error';
import { analyze } from './analyze';

/** Saves a network as it was trained, with its code: nothing folded, any number of rows. */
export const EXPORT_LINES = `import torch

# model and x: your network with its weights loaded, and a few rows of its inputs.
program = torch.export.export(model.eval(), (x[:2],), dynamic_shapes=({0: torch.export.Dim.AUTO},))
torch.export.save(program, "model.pt2")
`;

/**
 * Analyzes weights of PyTorch whose network `landscape.json` names, or that are recognized, and says what to do with others.
 * @param args what was clicked and selected in the explorer, or `{ checkpoint }` from a hover
 * @throws RemediableError where the network is not known: the sentence, with programs that lie beside, and the lines that
 * save one
 */
export async function analyzePytorch(services: Services, args: readonly unknown[]): Promise<void> {
  const files = weightsOf(args);
  for (const checkpoint of files) {
    const { explicit } = await services.requests.standing(checkpoint);
    // The names of the weights, or a configuration beside them, may say what network they are of.
    const isKnown = explicit.model !== undefined || (await isRecognized(services, checkpoint));
    if (!isKnown) throw withoutNetwork(path.basename(checkpoint), await programsBeside(services, checkpoint));
    await analyze(services, [{ checkpoint }]);
  }
  if (files.length === 0) throw withoutNetwork(vscode.l10n.t('This file'), []);
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

/** More buttons than these a notification has no room for. */
const MOST_OFFERED = 2;

/** The programs that lie beside weights and hold their network, perhaps: each notes itself, and the analysis begins. */
async function programsBeside({ engine }: Services, checkpoint: string): Promise<Remedy[]> {
  const folder = path.dirname(checkpoint);
  const names = (await readdir(folder)).filter((name) => /\.pt2$/i.test(name)).sort();
  return names.slice(0, MOST_OFFERED).map((name) => ({
    label: vscode.l10n.t('Its Network Is {0}', name),
    run: async () => {
      const model = path.join(folder, name);
      const what = `reading ${name}`;
      // Refused here, before it is noted, when the weights are not its own.
      await engine.request('describe', { checkpoint, model }, { what });
      const [{ nearestSettings, SETTINGS_NAME }, { pathInSettings, updateSettings }] = await Promise.all([
        import('../../settings/find'),
        import('../../settings/write'),
      ]);
      const file = (await nearestSettings(folder)) ?? path.join(folder, SETTINGS_NAME);
      await updateSettings(file, { model: pathInSettings(file, model) });
      await vscode.commands.executeCommand('landscape.analyzePytorch', { checkpoint });
    },
  }));
}

function withoutNetwork(name: string, programs: readonly Remedy[]): RemediableError {
  return new RemediableError(
    vscode.l10n.t(
      '{0} holds tensors of PyTorch, and the network is in your code: save it once with torch.export, then right-click the model.pt2. Other weights of that network are read where landscape.json says "model": "model.pt2".',
      name,
    ),
    [
      ...programs,
      {
        label: vscode.l10n.t('Copy the Lines That Save It'),
        run: () => vscode.env.clipboard.writeText(EXPORT_LINES),
      },
    ],
  );
}
