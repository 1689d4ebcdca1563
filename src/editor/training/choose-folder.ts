import path from 'node:path';
import * as vscode from 'vscode';
import type { RunFile } from '../../contract/run-file';
import type { Services } from '../services';
import { hashIn } from '../store/hash-in';
import { freshFolder, holdsAnother, isEnded } from './held-run';

interface FolderItem extends vscode.QuickPickItem {
  readonly folder?: string;
}

/** Where a run goes: its usual folder, or where that holds another run, the one that is chosen. Undefined when dismissed. */
export async function chooseFolder(
  services: Services,
  usual: string,
  run: RunFile,
): Promise<string | undefined> {
  const hash = hashIn(services);
  const another = (folder: string) =>
    holdsAnother(folder, run, (file) => services.store.hashOf({ data: run.data }, file, hash));
  if (!(await another(usual))) return (await isEnded(usual)) ? againOrShow(usual) : usual;
  const fresh = await freshFolder(usual);
  const items: FolderItem[] = [
    {
      label: vscode.l10n.t('Start anew in {0}', path.basename(fresh)),
      description: vscode.l10n.t('the other run stays as it is'),
      folder: fresh,
    },
    { label: vscode.l10n.t('Choose a folder…') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('{0} holds a run with other settings or data. Train where?', path.basename(usual)),
  });
  if (picked === undefined || picked.folder !== undefined) return picked?.folder;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(path.dirname(usual)),
      openLabel: vscode.l10n.t('Train Here'),
    })) ?? [];
  return chosen && chooseFolder(services, chosen.fsPath, run);
}

/** Training would show what is there and do nothing: is that what is meant? Undefined when dismissed. */
async function againOrShow(folder: string): Promise<string | undefined> {
  const fresh = await freshFolder(folder);
  const items: FolderItem[] = [
    { label: vscode.l10n.t('Show the finished run'), folder },
    {
      label: vscode.l10n.t('Train again in {0}', path.basename(fresh)),
      description: vscode.l10n.t('with the same seed, the same network comes out'),
      folder: fresh,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('{0} holds this run, and it has ended.', path.basename(folder)),
  });
  return picked?.folder;
}
