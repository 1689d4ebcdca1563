import path from 'node:path';
import * as vscode from 'vscode';
import type { RunFile } from '../../shared/run-file';
import type { Services } from '../services';
import { hashIn } from '../store/hash-in';
import { freshFolder, holdsAnother } from './held-run';

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
    holdsAnother(folder, run, (file) => services.store.hashOf(run, file, hash));
  if (!(await another(usual))) return usual;
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
