import path from 'node:path';
import * as vscode from 'vscode';
import { dataChoicesOf } from '../../contract/settings';
import { UserError } from '../../core/errors';
import { evident, rankedFor } from '../../python/networks';
import { isPytorchName } from '../../contract/checkpoint-names';
import { PYTORCH_GLOB } from '../checkpoint-files';
import { type DataStep, chooseFile, settleData } from '../first-use/choose-data';
import { noteModel } from '../first-use/note-settings';
import type { Services } from '../services';
import { RemediableError, tell } from '../show-error';
import { argumentsOf } from './ask-arguments';
import { pickNetwork } from './ask-network';
import { copyModelLines } from './live-lines';
import { workspaceNetworks } from './workspace-code';
import { writeNetwork } from './write-network';

/** What of the services is needed. */
type Needed = Pick<Services, 'engine' | 'summaries' | 'requests' | 'context' | 'log'>;

/**
 * Finds the network of weights alone in the person's code, lets their Python write it once, with their consent, and analyzes.
 * @throws RemediableError where no code is found; UserError for what went wrong in it
 */
export async function findModel(services: Needed, [clicked]: readonly unknown[]): Promise<void> {
  if (!vscode.workspace.isTrusted)
    throw new UserError(
      vscode.l10n.t(
        'Your code is run only in a workspace that you trust: say so by Workspaces: Manage Workspace Trust.',
      ),
    );
  const checkpoint = await weightsOf(clicked);
  if (checkpoint === undefined || !(await writeFor(services, checkpoint))) return;
  await vscode.commands.executeCommand('landscape.analyze', { checkpoint });
}

/** Whether the network of a checkpoint was written and noted in its `landscape.json`, with its data if they were asked for. */
export async function writeFor(
  { engine, summaries, requests, context, log }: Needed,
  checkpoint: string,
): Promise<boolean> {
  const { explicit } = await requests.standing(checkpoint);
  const { weights } = explicit;
  const what = `reading ${path.basename(checkpoint)}`;
  const told = await engine.request('handOver', { checkpoint, weights, choices: {} }, { what });
  const ranked = rankedFor(
    await workspaceNetworks(),
    told.tensors.map(({ name }) => name),
  );
  if (ranked.length === 0) throw noCode();
  const step: DataStep = {
    engine,
    summaries,
    dist: path.join(context.extensionPath, 'dist'),
    withData: (...asked) => requests.withData(...asked),
    warn: (message) => void tell(log, 'warning', message),
  };
  const known =
    explicit.data === undefined ? undefined : { data: explicit.data, choices: dataChoicesOf(explicit) };
  const rows = known ?? (await chooseFile(step, checkpoint, undefined));
  if (rows === undefined) return false;
  const hasOthers = ranked.length > 1;
  for (let network = evident(ranked); ; network = undefined) {
    network ??= await pickNetwork(ranked, checkpoint);
    const chosen = network && (await argumentsOf(network, told.hyperParameters));
    if (!chosen) return false;
    const handedOver = { checkpoint, weights, ...rows };
    const done = await writeNetwork(engine, step.dist, { chosen, handedOver, hasOthers });
    if (done === 'other') continue;
    if (done === undefined) return false;
    if (known === undefined) return settleData(step, checkpoint, { ...rows, model: done.model });
    await noteModel(checkpoint, done.model);
    return true;
  }
}

const noCode = (): RemediableError =>
  new RemediableError(
    vscode.l10n.t(
      'There is no class of torch.nn.Module and no function that makes one in the Python files and notebooks of this workspace: open the folder that holds it, or save the network where you have it.',
    ),
    [{ label: vscode.l10n.t('Copy the Lines That Save It'), run: () => copyModelLines() }],
  );

/** The file that was clicked, or one of the workspace. Undefined when dismissed. */
async function weightsOf(clicked: unknown): Promise<string | undefined> {
  if (clicked instanceof vscode.Uri && isPytorchName(clicked.path)) return clicked.fsPath;
  if (typeof clicked === 'object' && clicked !== null && 'checkpoint' in clicked)
    return typeof clicked.checkpoint === 'string' ? clicked.checkpoint : undefined;
  const found = await vscode.workspace.findFiles(
    PYTORCH_GLOB,
    '**/{node_modules,.git,site-packages}/**',
    500,
  );
  if (found.length === 0)
    throw new UserError(
      vscode.l10n.t('There are no weights of PyTorch in this workspace (.pt, .pth, .ckpt, .safetensors).'),
    );
  const items = found.map(({ fsPath }) => ({ label: vscode.workspace.asRelativePath(fsPath), fsPath }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which weights?') });
  return picked?.fsPath;
}
