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
 * @throws RemediableError where the network is not known: the sentence, with the networks of the workspace to choose
 * from, and the lines that save one
 */
export async function analyzePytorch(services: Services, args: readonly unknown[]): Promise<void> {
  const files = weightsOf(args);
  for (const checkpoint of files) {
    const { explicit } = await services.requests.standing(checkpoint);
    // The names of the weights, or a configuration beside them, may say what network they are of.
    const isKnown = explicit.model !== undefined || (await isRecognized(services, checkpoint));
    if (!isKnown) {
      const networks = await networksFor(services, checkpoint);
      const choose = {
        label: vscode.l10n.t('Choose Its Network…'),
        run: () => chooseNetwork(services, checkpoint, networks),
      };
      throw withoutNetwork(path.basename(checkpoint), networks.length > 0 ? [choose] : []);
    }
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

/** The files of the workspace that hold a network which others' weights can be read in, those beside the weights first. */
async function networksFor({ checkpoints }: Services, weights: string): Promise<string[]> {
  const far = (file: string) => (path.dirname(file) === path.dirname(weights) ? 0 : 1);
  const networks = (await checkpoints.all()).filter((file) => /\.(pt2|onnx)$/i.test(file));
  return networks.sort((a, b) => far(a) - far(b) || (a < b ? -1 : 1));
}

/** Asks for the network of weights, notes it and analyzes them. */
async function chooseNetwork(
  { engine }: Services,
  checkpoint: string,
  networks: readonly string[],
): Promise<void> {
  const items = networks.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  const title = vscode.l10n.t('Which network are the weights in {0} of?', path.basename(checkpoint));
  const model = (await vscode.window.showQuickPick(items, { title }))?.file;
  if (model === undefined) return;
  // Refused here, before it is noted, when the weights are not its own.
  await engine.request('describe', { checkpoint, model }, { what: `reading ${path.basename(model)}` });
  const [{ nearestSettings, SETTINGS_NAME }, { pathInSettings, updateSettings }] = await Promise.all([
    import('../../settings/find'),
    import('../../settings/write'),
  ]);
  const folder = path.dirname(checkpoint);
  const file = (await nearestSettings(folder)) ?? path.join(folder, SETTINGS_NAME);
  await updateSettings(file, { model: pathInSettings(file, model) });
  await vscode.commands.executeCommand('landscape.analyzePytorch', { checkpoint });
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
        run: () => vscode.env.clipboard.writeText(EXPORT_LINES),
      },
    ],
  );
}
