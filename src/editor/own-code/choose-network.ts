import path from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services';

/** The files of the workspace that hold a network which others' weights can be read in, those beside the weights first. */
export async function networksFor(
  { checkpoints }: Pick<Services, 'checkpoints'>,
  weights: string,
): Promise<string[]> {
  const far = (file: string) => (path.dirname(file) === path.dirname(weights) ? 0 : 1);
  const networks = (await checkpoints.all()).filter((file) => /\.(pt2|onnx)$/i.test(file));
  return networks.sort((a, b) => far(a) - far(b) || (a < b ? -1 : 1));
}

/**
 * Asks for the network of weights, notes it and analyzes them.
 * @throws UserError when the weights are not of the network that was chosen
 */
export async function chooseNetwork(
  services: Pick<Services, 'engine'>,
  checkpoint: string,
  networks: readonly string[],
): Promise<void> {
  if (await pickNetworkFile(services, checkpoint, networks))
    await vscode.commands.executeCommand('landscape.analyzePytorch', { checkpoint });
}

/**
 * Asks for the network of weights, and notes it in their `landscape.json`.
 * @returns whether one was chosen.
 * @throws UserError when the weights are not of the network that was chosen
 */
export async function pickNetworkFile(
  { engine }: Pick<Services, 'engine'>,
  checkpoint: string,
  networks: readonly string[],
): Promise<boolean> {
  const items = networks.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  const title = vscode.l10n.t('Which network are the weights in {0} of?', path.basename(checkpoint));
  const model = (await vscode.window.showQuickPick(items, { title }))?.file;
  if (model === undefined) return false;
  // Refused here, before it is noted, when the weights are not its own.
  await engine.request('describe', { checkpoint, model }, { what: `reading ${path.basename(model)}` });
  const { noteModel } = await import('../first-use/note-settings');
  await noteModel(checkpoint, model);
  return true;
}
