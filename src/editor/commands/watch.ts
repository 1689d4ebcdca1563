import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { WatchRequest } from '../../contract/watch';
import { configurationLayer } from '../configuration';
import type { Services } from '../services';
import { beginDocument } from './begin';

/** Measures the checkpoints of a run as they land: of the clicked folder, or of one that is picked. */
export async function watch(services: Services, [clicked]: readonly unknown[]): Promise<void> {
  const folder = clicked instanceof vscode.Uri ? clicked.fsPath : await pickFolder(services);
  if (folder === undefined) return;
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new UserError(vscode.l10n.t('{0} is no folder: a run is watched by its folder.', folder));
  const params = await requestFor(services, folder);
  if (params === undefined) return;
  beginDocument(services, { request: { method: 'watch', params }, title: params.title });
}

/** What holds for checkpoints in the folder, asking for the data where nobody has said. Undefined when dismissed. */
async function requestFor(services: Services, folder: string): Promise<WatchRequest | undefined> {
  const { requests, checkpoints, context } = services;
  const place = path.join(folder, 'checkpoint');
  if ((await requests.current(place)) === undefined) {
    const first = (await checkpoints.all()).find((file) => file.startsWith(folder + path.sep));
    if (first === undefined)
      throw new UserError(
        vscode.l10n.t(
          'There is no checkpoint in {0} yet to try data on: name the data in a landscape.json there, or watch it when the first one has landed.',
          folder,
        ),
      );
    if ((await requests.choose(first)) === undefined) return undefined;
  }
  const { watchRequest } = await import('../../settings/watch-request');
  const { mergeLayers } = await import('../../settings/merge');
  const { explicit } = await requests.standing(place);
  const minutes = vscode.workspace
    .getConfiguration('landscape', vscode.Uri.file(folder))
    .get<number>('watchIdleMinutes', 0);
  return watchRequest(
    folder,
    { ...mergeLayers(configurationLayer(place), explicit) },
    {},
    {
      title: vscode.l10n.t('Run in {0}', path.basename(folder)),
      idleSeconds: minutes > 0 ? 60 * minutes : undefined,
      kept: path.join(context.globalStorageUri.fsPath, 'watched'),
    },
  );
}

interface Folder extends vscode.QuickPickItem {
  readonly folder?: string;
}

/** A folder that holds checkpoints, one of the workspace, or any other. Undefined when dismissed. */
async function pickFolder({ checkpoints }: Services): Promise<string | undefined> {
  const holding = new Set((await checkpoints.all()).map((file) => path.dirname(file)));
  const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const other: Folder = { label: vscode.l10n.t('Another Folder…') };
  const items: Folder[] = [...new Set([...holding, ...roots])].map((folder) => ({
    label: vscode.workspace.asRelativePath(folder),
    description: holding.has(folder) ? vscode.l10n.t('holds checkpoints') : '',
    folder,
  }));
  const title = vscode.l10n.t('Watch the run in which folder?');
  const picked = await vscode.window.showQuickPick([...items, other], { title });
  if (picked !== other) return picked?.folder;
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title });
  return chosen?.[0]?.fsPath;
}
